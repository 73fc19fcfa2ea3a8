import { isDeepStrictEqual } from 'node:util';
import type { AssignmentRules } from '../assignments/assignment-rules.ts';
import type { AssignmentActivity } from '../course.ts';
import { courseFaults } from '../course-checks.ts';
import { type MarkdownCode, markdownCodes, withoutPictures } from '../course-markdown.ts';
import { type Activity, type CourseContent, courseFile, type Localised } from '../course-schema.ts';

/** A course while it is written: everything of a version but its hash. A text that is not translated yet is empty. */
export type DraftContent = Omit<CourseContent, 'contentHash'>;

/** The next version of a course, between its authors and the second person who publishes it. */
export type CourseDraft = {
  courseId: string;
  /** The version that it becomes. */
  version: number;
  content: DraftContent;
  /** Raised with each change: who writes says which revision they have seen. */
  revision: number;
  state: 'writing' | 'in-review' | 'published';
  /** Accounts of everybody who wrote; none of them may publish. */
  authors: readonly string[];
  /** Why a reviewer sent it back, until it is submitted again. */
  note?: string;
  changedAt: Date;
};

/** What a course says of itself and an author may change here; both languages side by side. */
export const factFields = ['title', 'summary', 'audience', 'level'] as const;
export type FactField = (typeof factFields)[number];

export type ActivityEdit = { title: Localised; body: Localised; minutes: number; required: boolean };

const inEvery = (
  content: DraftContent,
  change: (activities: readonly Activity[]) => Activity[],
): DraftContent => {
  const modules = content.modules.map((one) => ({ ...one, activities: change(one.activities) }));
  return { ...content, modules, workloadMinutes: minutesOf(modules) };
};

const minutesOf = (modules: DraftContent['modules']): number =>
  modules.flatMap(({ activities }) => activities).reduce((sum, { minutes }) => sum + minutes, 0);

export const activityIn = ({ modules }: DraftContent, id: string): Activity | undefined =>
  modules.flatMap(({ activities }) => activities).find((one) => one.id === id);

export const withFacts = (
  content: DraftContent,
  facts: Readonly<Record<FactField, Localised>>,
): DraftContent => ({
  ...content,
  ...facts,
});

/** Activities that are not, or not so, in the version that is offered: what a reviewer reads first. */
export const changedActivities = (
  draft: Pick<DraftContent, 'modules'>,
  offered: Pick<DraftContent, 'modules'>,
): ReadonlyMap<string, 'new' | 'changed'> => {
  const before = new Map(offered.modules.flatMap(({ activities }) => activities).map((one) => [one.id, one]));
  const found = new Map<string, 'new' | 'changed'>();
  for (const activity of draft.modules.flatMap(({ activities }) => activities)) {
    const known = before.get(activity.id);
    if (!known) found.set(activity.id, 'new');
    else if (!isDeepStrictEqual(known, activity)) found.set(activity.id, 'changed');
  }
  return found;
};

/** What is new in this version, for learners of earlier ones; nothing takes the line out again. */
export const withChange = (content: DraftContent, text: Localised): DraftContent => {
  const { changes = [], ...rest } = content;
  const others = changes.filter(({ version }) => version !== content.version);
  const isSaid = text.en !== '' || text.fr !== '';
  const kept = isSaid ? [...others, { version: content.version, text }] : others;
  return kept.length > 0 ? { ...rest, changes: kept } : rest;
};

export const withActivity = (content: DraftContent, id: string, edit: ActivityEdit): DraftContent =>
  inEvery(content, (activities) => activities.map((one) => (one.id === id ? { ...one, ...edit } : one)));

type NewActivity = { id: string; title: Localised; kind: 'page' | 'assignment' };

/** What an assignment begins as: a text, one criterion to be written, a second try. */
const firstRules: AssignmentRules = {
  text: { most: 5000, required: true },
  criteria: [{ id: 'first', title: { en: '', fr: '' }, description: { en: '', fr: '' }, points: 10 }],
  passMark: 0.6,
  resubmissions: 1,
};

const begun = ({ kind, ...named }: NewActivity): Activity => {
  const common = { ...named, minutes: 5, required: true, body: { en: '', fr: '' } };
  return kind === 'page'
    ? { ...common, kind, completion: { rule: 'view' } }
    : { ...common, kind, minutes: 30, assignment: firstRules, completion: { rule: 'pass' } };
};

/** A new reading page or assignment at the end of a module, before its test if there is one. */
export const withNew = (content: DraftContent, moduleId: string, activity: NewActivity): DraftContent => {
  const added = begun(activity);
  const modules = content.modules.map((one) => {
    if (one.id !== moduleId) return one;
    const position = one.activities.findIndex(({ kind }) => kind === 'test');
    const at = position < 0 ? one.activities.length : position;
    return { ...one, activities: one.activities.toSpliced(at, 0, added) };
  });
  return { ...content, modules, workloadMinutes: minutesOf(modules) };
};

/** What an assignment asks for, and when it is done. */
export type AssignmentEdit = Pick<AssignmentActivity, 'assignment' | 'completion'>;

export const withAssignment = (content: DraftContent, id: string, edit: AssignmentEdit): DraftContent =>
  inEvery(content, (activities) =>
    activities.map((one) => (one.id === id && one.kind === 'assignment' ? { ...one, ...edit } : one)),
  );

/** One place up or down inside its module. */
export const moved = (content: DraftContent, id: string, by: -1 | 1): DraftContent =>
  inEvery(content, (activities) => {
    const from = activities.findIndex((one) => one.id === id);
    const one = activities[from];
    const to = from + by;
    if (!one || to < 0 || to >= activities.length) return [...activities];
    return activities.toSpliced(from, 1).toSpliced(to, 0, one);
  });

const removable: readonly Activity['kind'][] = ['page', 'assignment'];

/** Only what was written here can be taken out here: a quiz, a test or a file is more than its text. */
export const withoutActivity = (content: DraftContent, id: string): DraftContent =>
  inEvery(content, (activities) =>
    activities.filter((one) => one.id !== id || !removable.includes(one.kind)),
  );

/**
 * What keeps a draft from being published, as its authors can mend it. `place` is an activity, or `course` for what the
 * course says of itself; `language` is missing where a fault belongs to both.
 */
export type DraftFault = {
  place: string;
  field: 'title' | 'summary' | 'audience' | 'level' | 'body' | 'changes' | 'rubric' | 'workload' | 'other';
  language?: 'en' | 'fr';
  code: 'empty' | MarkdownCode | 'ects' | 'rules';
  /** For `rules`: what the check says, for whoever keeps the course files. */
  detail?: string;
};

const textFaults = (
  place: string,
  field: DraftFault['field'],
  text: Localised,
  isPage = false,
): DraftFault[] =>
  (['en', 'fr'] as const).flatMap((language): DraftFault[] => {
    const written = text[language];
    if (written.trim() === '') return [{ place, field, language, code: 'empty' }];
    const lines = isPage ? written.split('\n').map(withoutPictures).join('\n') : written;
    return markdownCodes(lines).map((code) => ({ place, field, language, code }));
  });

const rubricFaults = (activity: Activity): DraftFault[] =>
  activity.kind === 'assignment'
    ? activity.assignment.criteria.flatMap(({ title, description }) => [
        ...textFaults(activity.id, 'rubric', title),
        ...textFaults(activity.id, 'rubric', description),
      ])
    : [];

/** What the rules of course files say beyond the texts, once these are whole. */
const ruleFaults = (content: DraftContent): DraftFault[] => {
  const { questions, files: _files, ...course } = content;
  const modules = course.modules.map((one) => ({
    ...one,
    activities: one.activities.map(({ body: _body, ...activity }) => activity),
  }));
  const read = courseFile.safeParse({ ...course, modules });
  const messages = read.success
    ? courseFaults(read.data, questions)
    : read.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  return messages.map(({ field, message }) =>
    field === 'microCredential.ects'
      ? { place: 'course', field: 'workload', code: 'ects' }
      : { place: 'course', field: 'other', code: 'rules', detail: `${field}: ${message}` },
  );
};

/** Everything that is wrong with it at once: the rules that course files must meet too. */
export const draftFaults = (content: DraftContent): DraftFault[] => {
  const change = content.changes?.find(({ version }) => version === content.version);
  const texts = [
    ...factFields.flatMap((field) => textFaults('course', field, content[field])),
    ...textFaults('course', 'changes', change?.text ?? { en: '', fr: '' }),
    ...content.modules
      .flatMap(({ activities }) => activities)
      .flatMap((activity) => [
        ...textFaults(activity.id, 'title', activity.title),
        ...textFaults(activity.id, 'body', activity.body, true),
        ...rubricFaults(activity),
      ]),
  ];
  return texts.length > 0 ? texts : ruleFaults(content);
};
