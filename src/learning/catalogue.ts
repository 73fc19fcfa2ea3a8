import type { Localised } from '../platform/i18n.ts';
import { policyOf, type TestPolicy } from './attempts/test-policy.ts';
import { finalTest, questionCount } from './course.ts';
import type { Activity, CourseContent, TestRules } from './course-schema.ts';

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
};

export type CatalogueQuery = { access?: 'free' | 'paid'; text?: string };

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
  };
};

/** Accents and case do not count; every word typed must occur, in either language. */
const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase();

const searched = ({ title, summary, audience, outcomes, achievement }: CourseContent): string =>
  folded(
    [title, summary, audience, ...outcomes, ...achievement.tags].flatMap(({ en, fr }) => [en, fr]).join('\n'),
  );

export const matches = (course: CourseContent, { access, text = '' }: CatalogueQuery): boolean => {
  if (access && course.access !== access) return false;
  const words = folded(text).split(/\s+/).filter(Boolean);
  const haystack = searched(course);
  return words.every((word) => haystack.includes(word));
};
