import { assignmentFaults } from './assignments/assignment-rules.ts';
import { markdownComplaints, withoutPictures } from './course-markdown.ts';
import type { CourseFile, Question, TestRules } from './course-schema.ts';
import { PRACTICE_TAG } from './items/question.ts';
import {
  type QuestionFault,
  questionFaults as questionKeyFaults,
  repeated,
} from './items/question-checks.ts';
import { isMarkedByPerson } from './items/score-answer.ts';

/** Rules of a course that no single field can show: keys of questions, references, draws, Markdown. */

/** What is wrong and where. `file` is relative to the folder of the course; `field` is a dotted path, or a line. */
export type CourseFault = { file: string; field: string; message: string };

/** A question and the place it was read from. */
export type PlacedQuestion = { file: string; index: number; question: Question };

export { PRACTICE_TAG } from './items/question.ts';

/** The questions a test may draw for one of its tags. A checked course never lists one question under two tags of a draw. */
export const drawPool = (questions: readonly Question[], tag: string): Question[] =>
  questions.filter(({ tags }) => tags.includes(tag) && !tags.includes(PRACTICE_TAG));

type FieldFault = Omit<CourseFault, 'file'>;

const repeatedIds = (field: string, things: readonly { id: string }[]): FieldFault[] =>
  repeated(things.map(({ id }) => id)).map((id) => ({ field, message: `id "${id}" is used twice` }));

const wordings: Readonly<Record<string, string>> = {
  'repeated-id': 'id "{{id}}" is used twice',
  'repeated-text': 'says "{{text}}" twice in {{language}}',
  'not-one-right': 'must have exactly one right option, has {{right}}',
  'none-right': 'must have at least one right option',
  'all-right': 'must have at least one wrong option',
  'credit-misplaced': 'credit is for a wrong option of a choice',
  'nothing-to-choose': 'must offer different right halves',
  'distractor-is-right': 'a distractor is the right half of a line',
};

/** In English, as everything else that the authors of files are told. */
const worded = ({ code, params = {} }: QuestionFault): string =>
  (wordings[code] ?? code).replaceAll(/{{(\w+)}}/g, (_all, name: string) => String(params[name] ?? ''));

/** Faults of the questions by themselves: ids, tags, keys, options that read the same. */
export function questionFaults(placed: readonly PlacedQuestion[]): CourseFault[] {
  const seen = new Set<string>();
  return placed.flatMap(({ file, index, question }) => {
    const again = seen.has(question.id);
    seen.add(question.id);
    const faults = [
      ...(again ? [{ field: 'id', message: `question "${question.id}" already exists` }] : []),
      ...repeated(question.tags).map((tag) => ({ field: 'tags', message: `tag "${tag}" is repeated` })),
      ...questionKeyFaults(question).map((fault) => ({ field: fault.field, message: worded(fault) })),
    ];
    return faults.map(({ field, message }) => ({ file, field: `${index}.${field}`, message }));
  });
}

type PlacedActivity = { path: string; activity: CourseFile['modules'][number]['activities'][number] };

/** Every activity of a course with its path in `course.json`. */
export const activitiesOf = ({ modules }: Pick<CourseFile, 'modules'>): PlacedActivity[] =>
  modules.flatMap(({ activities }, m) =>
    activities.map((activity, a) => ({ path: `modules.${m}.activities.${a}`, activity })),
  );

function quizFaults(
  ids: readonly string[],
  known: ReadonlyMap<string, Question>,
  drawn: ReadonlySet<string>,
) {
  return [
    ...repeated(ids).map((id) => `asks question "${id}" twice`),
    ...ids.filter((id) => !known.has(id)).map((id) => `question "${id}" does not exist`),
    ...ids.flatMap((id) => {
      const asked = known.get(id);
      return asked && isMarkedByPerson(asked) ? [`question "${id}" needs a person: a quiz has none`] : [];
    }),
    ...ids
      .filter((id) => drawn.has(id))
      .map((id) => `question "${id}" can also be drawn by a test: tag it "${PRACTICE_TAG}"`),
  ];
}

function testFaults(
  { draw, attempts, waitingMinutes, source }: TestRules,
  all: readonly Question[],
): FieldFault[] {
  const tags = draw.map(({ tag }) => tag);
  // What is drawn from the bank is proved against the bank, when the course is published.
  const questions = source === 'bank' ? [] : all;
  const shared = questions.filter((q) => tags.filter((tag) => drawPool([q], tag).length > 0).length > 1);
  const short =
    source === 'bank' ? [] : draw.filter(({ tag, count }) => drawPool(questions, tag).length < count);
  return [
    ...repeated(tags).map((tag) => ({ field: 'draw', message: `tag "${tag}" has two quotas` })),
    ...short.map(({ tag, count }) => ({
      field: 'draw',
      message: `needs ${count} questions tagged "${tag}", the bank has ${drawPool(questions, tag).length}`,
    })),
    // One question under two quotas could be drawn twice, or leave the second quota short.
    ...shared.map(({ id }) => ({ field: 'draw', message: `question "${id}" belongs to two quotas` })),
    ...(waitingMinutes.length === attempts - 1
      ? []
      : [{ field: 'waitingMinutes', message: `needs one wait for each retake: ${attempts - 1}` }]),
  ];
}

/** One ECTS credit stands for 25 to 30 hours of work (ECTS Users’ Guide 2015), here to a hundredth of a credit. */
function creditFaults({ workloadMinutes, microCredential }: CourseFile): FieldFault[] {
  if (!microCredential) return [];
  const hours = workloadMinutes / 60;
  const { ects } = microCredential;
  if (ects >= hours / 30 - 0.005 && ects <= hours / 25 + 0.005) return [];
  return [
    { field: 'microCredential.ects', message: `does not fit a workload of ${workloadMinutes} minutes` },
  ];
}

/** Faults of the course as a whole: repeated ids, references to questions, draws, questions that nobody would ever see. */
export function courseFaults(course: CourseFile, questions: readonly Question[]): CourseFault[] {
  const activities = activitiesOf(course);
  const known = new Map(questions.map((question) => [question.id, question]));
  const draws = activities.flatMap(({ activity }) =>
    activity.kind === 'test' && activity.test.source !== 'bank' ? activity.test.draw : [],
  );
  const drawn = new Set(draws.flatMap(({ tag }) => drawPool(questions, tag).map(({ id }) => id)));
  const asked = new Set(
    activities.flatMap(({ activity }) => (activity.kind === 'quiz' ? activity.questions : [])),
  );
  const faults: FieldFault[] = [
    ...repeatedIds('modules', course.modules),
    ...repeatedIds(
      'modules.activities',
      activities.map(({ activity }) => activity),
    ),
    ...activities.flatMap(({ path, activity }) => {
      if (activity.kind === 'quiz') {
        const messages = quizFaults(activity.questions, known, drawn);
        return messages.map((message) => ({ field: `${path}.questions`, message }));
      }
      if (activity.kind === 'assignment')
        return assignmentFaults(activity.assignment).map(({ field, message }) => ({
          field: `${path}.assignment.${field}`,
          message,
        }));
      if (activity.kind !== 'test') return [];
      return testFaults(activity.test, questions).map((f) => ({ ...f, field: `${path}.test.${f.field}` }));
    }),
    ...creditFaults(course),
    ...questions
      .filter(({ id }) => !drawn.has(id) && !asked.has(id))
      .map(({ id }) => ({ field: 'modules', message: `question "${id}" is asked by no quiz and no test` })),
  ];
  return faults.map((fault) => ({ file: 'course.json', ...fault }));
}

/** Faults of one Markdown file: the little that authors may not use. */
export const markdownFaults = (file: string, markdown: string): CourseFault[] =>
  markdown.split('\n').flatMap((line, index) =>
    markdownComplaints(withoutPictures(line)).map((message) => ({
      file,
      field: `line ${index + 1}`,
      message,
    })),
  );
