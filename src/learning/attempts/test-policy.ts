import type { TestRules } from '../course-schema.ts';

/** QTI calls it navigation mode: in a `linear` test a question that was left is closed. */
export type Navigation = 'linear' | 'nonlinear';

/** What a candidate sees of a closed attempt; whether it was passed is always told. */
export type ReviewPolicy = {
  shows: 'nothing' | 'score' | 'topics';
  /** At once, or only when the test is passed or no attempt is left. */
  when: 'at-once' | 'when-over';
};

/** The rules of a test with everything that its authors left open filled in. */
export type TestPolicy = {
  navigation: Navigation;
  /** All questions on one page, or each on its own. */
  layout: 'all' | 'one';
  graceSeconds: number;
  review: ReviewPolicy;
  /** Whether an attempt without a single answer, ended by the timer, uses one of the attempts up. */
  abandonedCounts: boolean;
};

const defaults = { graceSeconds: 30, review: { shows: 'topics', when: 'at-once' } } as const;

/** A linear test is always laid out one by one: a page with all questions would hide nothing. */
export const policyOf = (rules: TestRules): TestPolicy => {
  const navigation = rules.navigation ?? 'nonlinear';
  return {
    navigation,
    layout: navigation === 'linear' ? 'one' : (rules.layout ?? 'all'),
    graceSeconds: rules.graceSeconds ?? defaults.graceSeconds,
    review: rules.review ?? defaults.review,
    abandonedCounts: rules.abandonedCounts ?? true,
  };
};

/** Whether the score of a closed attempt is shown now; `isOver`: passed, or no attempt is left. */
export const tellsScore = (rules: TestRules, isOver: boolean): boolean => {
  const { shows, when } = policyOf(rules).review;
  return shows !== 'nothing' && (when === 'at-once' || isOver);
};
