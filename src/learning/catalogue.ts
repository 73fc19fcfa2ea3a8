import type { Localised } from '../platform/i18n.ts';
import { policyOf, type TestPolicy } from './attempts/test-policy.ts';
import { finalTest, questionCount } from './course.ts';
import { PRACTICE_TAG } from './course-checks.ts';
import type { Activity, CourseContent, Question, TestRules } from './course-schema.ts';
import { partTexts, solutionOf } from './items/question-parts.ts';

/** One line of the catalogue. */
export type CourseSummary = {
  id: string;
  version: number;
  access: 'free' | 'paid';
  title: Localised;
  summary: Localised;
  level: Localised;
  workloadMinutes: number;
};

/** How the test goes, announced before anyone begins. */
export type TestTerms = {
  questions: number;
  /** Fraction of the points: 0.8 is 80 %. */
  passMark: number;
  attempts: number;
  timeLimitMinutes: number;
  /** Minutes to wait before the second, third … attempt. */
  waitingMinutes: readonly number[];
  navigation: TestPolicy['navigation'];
  /** What is told of the result. */
  review: TestPolicy['review'];
  graceSeconds: number;
};

/** A course as anyone may read it before choosing: no page, no question. */
export type CourseDescription = CourseSummary & {
  audience: Localised;
  outcomes: readonly Localised[];
  assessment: Localised;
  achievement: Pick<CourseContent['achievement'], 'name' | 'description' | 'criteria' | 'humanCode'>;
  modules: readonly {
    id: string;
    title: Localised;
    minutes: number;
    activities: readonly Pick<Activity, 'id' | 'title' | 'kind' | 'minutes' | 'required'>[];
  }[];
  test?: TestTerms;
  supervision: CourseContent['supervision'];
  /** How long its certificates hold; for good, when missing. */
  validity?: NonNullable<CourseContent['validity']>;
  /** Practice questions of the course, to look at before choosing; with their answers. */
  samples: readonly SampleQuestion[];
};

/** `longest` in minutes; `topic` as `topicsOf` names it. */
export type CatalogueQuery = { access?: 'free' | 'paid'; text?: string; longest?: number; topic?: string };

/** A subject that courses are found by. */
export type Topic = { id: string; label: Localised };

export const summaryOf = (course: CourseContent): CourseSummary => {
  const { id, version, access, title, summary, level, workloadMinutes } = course;
  return { id, version, access, title, summary, level, workloadMinutes };
};

export const termsOfTest = (rules: TestRules): TestTerms => {
  const { passMark, attempts, timeLimitMinutes, waitingMinutes } = rules;
  const { navigation, review, graceSeconds } = policyOf(rules);
  return {
    questions: questionCount(rules),
    passMark,
    attempts,
    timeLimitMinutes,
    waitingMinutes,
    navigation,
    review,
    graceSeconds,
  };
};

/** A question as the catalogue shows it. `options` in an order that says nothing of the answer; empty when one writes. */
export type SampleQuestion = {
  prompt: Localised;
  options: readonly Localised[];
  solution: readonly Localised[];
  explanation: Localised;
};

const byEnglish = (a: Localised, b: Localised): number => (a.en < b.en ? -1 : 1);

const sampleOf = (question: Question): SampleQuestion => ({
  prompt: question.prompt,
  options: [...partTexts(question).values()].sort(byEnglish),
  solution: solutionOf(question),
  explanation: question.explanation,
});

/** Two of the questions that quizzes explain anyway, of different kinds when there are; none that a test could draw. */
const samplesOf = ({ questions }: CourseContent): SampleQuestion[] => {
  const practice = questions.filter(({ tags }) => tags.includes(PRACTICE_TAG));
  const [first] = practice;
  const other = practice.find(({ kind }) => kind !== first?.kind) ?? practice[1];
  return [first, other].filter((question) => question !== undefined).map(sampleOf);
};

export const descriptionOf = (course: CourseContent): CourseDescription => {
  const { audience, outcomes, assessment } = course;
  const { name, description, criteria, humanCode } = course.achievement;
  const test = finalTest(course)?.test;
  return {
    ...summaryOf(course),
    audience,
    outcomes,
    assessment,
    achievement: { name, description, criteria, humanCode },
    modules: course.modules.map(({ id, title, activities }) => ({
      id,
      title,
      minutes: activities.reduce((sum, { minutes }) => sum + minutes, 0),
      activities: activities.map(({ id, title, kind, minutes, required }) => ({
        id,
        title,
        kind,
        minutes,
        required,
      })),
    })),
    ...(test ? { test: termsOfTest(test) } : {}),
    supervision: course.supervision,
    ...(course.validity ? { validity: course.validity } : {}),
    samples: samplesOf(course),
  };
};

/** Accents and case do not count; every word typed must occur, in either language. */
const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase();

const searched = ({ title, summary, audience, outcomes, achievement }: CourseContent): string =>
  folded(
    [title, summary, audience, ...outcomes, ...achievement.tags].flatMap(({ en, fr }) => [en, fr]).join('\n'),
  );

const topicId = ({ en }: Localised): string => folded(en).replace(/[^a-z0-9]+/g, '-');

/** The subjects of the courses, each once, in the order of their English names. */
export const topicsOf = (courses: readonly CourseContent[]): Topic[] => {
  const labels = courses.flatMap(({ achievement }) => achievement.tags);
  const byId = new Map(labels.map((label) => [topicId(label), label]));
  return [...byId].map(([id, label]) => ({ id, label })).sort((a, b) => (a.id < b.id ? -1 : 1));
};

export const matches = (course: CourseContent, query: CatalogueQuery): boolean => {
  const { access, text = '', longest, topic } = query;
  if (access && course.access !== access) return false;
  if (longest !== undefined && course.workloadMinutes > longest) return false;
  if (topic !== undefined && !course.achievement.tags.some((tag) => topicId(tag) === topic)) return false;
  const words = folded(text).split(/\s+/).filter(Boolean);
  const haystack = searched(course);
  return words.every((word) => haystack.includes(word));
};
