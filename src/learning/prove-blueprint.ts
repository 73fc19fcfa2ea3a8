import { DomainError } from '../platform/errors.ts';
import { stepsOf, type TestActivity } from './course.ts';
import { drawPool } from './course-checks.ts';
import type { CourseContent } from './course-schema.ts';
import type { Quota, Supply } from './items/draw-items.ts';

/** What the bank has for each quota, in each language and in both. */
export type SupplyOf = (quotas: readonly Quota[]) => Promise<readonly Supply[]>;

const isTest = (step: { kind: string }): step is TestActivity => step.kind === 'test';

const short = (test: TestActivity, quota: Quota & { available: number }, language: string): DomainError =>
  new DomainError('conflict', 'blueprint-short', {
    params: { test: test.id, tag: quota.tag, count: quota.count, available: quota.available, language },
  });

const ofCourse = ({ questions }: CourseContent, test: TestActivity): void => {
  for (const { tag, count } of test.test.draw) {
    const available = drawPool(questions, tag).length;
    if (available < count) throw short(test, { tag, count, available }, 'both');
  }
};

const ofBank = async (supplyOf: SupplyOf, test: TestActivity): Promise<void> => {
  for (const { language, fits, quotas } of await supplyOf(test.test.draw)) {
    const lacking = quotas.find(({ available, count }) => available < count);
    if (lacking) throw short(test, lacking, language);
    // Each quota alone could be filled, but only with items that another one needs as well.
    const [tightest] = [...quotas].sort((a, b) => a.available - a.count - (b.available - b.count));
    if (!fits && tightest) throw short(test, tightest, language);
  }
};

/**
 * Proves that every test of a course can be drawn, in each language.
 * @throws DomainError `blueprint-short` (409) with the first quota that falls short, and in which language
 */
export const createProveBlueprint =
  (supplyOf: SupplyOf) =>
  async (course: CourseContent): Promise<void> => {
    for (const test of stepsOf(course).filter(isTest)) {
      if (test.test.source === 'bank') await ofBank(supplyOf, test);
      else ofCourse(course, test);
    }
  };

export type ProveBlueprint = ReturnType<typeof createProveBlueprint>;
