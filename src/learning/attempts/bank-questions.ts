import { createForgetfulMap } from '../../platform/forgetful-map.ts';
import type { CourseContent, Question, TestRules } from '../course-schema.ts';
import type { DrawItems } from '../items/draw-items.ts';
import { type ItemStore, versionId } from '../items/item-store.ts';
import { type QuestionSource, questionsOfCourse } from './draw-form.ts';
import type { FormItem } from './form-item.ts';

/** Versions never change, so those of forms under way stay in memory; the bank itself never does. */
const versionsInMemory = 3000;

/** A question of the bank is named by its version, `<item>@<version>`; one of the course has no `@` in its id. */
const isOfBank = ({ questionId }: FormItem): boolean => questionId.includes('@');

/** Questions of the course, or of the bank where the rules of the test say so. */
export const createQuestionSource = ({
  drawItems,
  items,
}: {
  drawItems: DrawItems;
  items: Pick<ItemStore, 'versionsNamed'>;
}): QuestionSource => {
  const known = createForgetfulMap<Question>(versionsInMemory);

  const ofBank = async (ids: readonly string[]): Promise<ReadonlyMap<string, Question>> => {
    const found = new Map<string, Question>();
    const missing: string[] = [];
    for (const id of ids) {
      const question = known.get(id);
      if (question) found.set(id, question);
      else missing.push(id);
    }
    for (const { itemId, version, question } of missing.length > 0
      ? await items.versionsNamed(missing)
      : []) {
      const id = versionId(itemId, version);
      known.set(id, question);
      found.set(id, question);
    }
    return found;
  };

  return {
    draw: async (course: CourseContent, rules: TestRules, random) => {
      if (rules.source !== 'bank') return questionsOfCourse.draw(course, rules, random);
      // Both languages: a candidate may change theirs in the middle of a test.
      const drawn = await drawItems.draw({ quotas: rules.draw, language: 'both', random });
      return drawn.map(({ itemId, version, topic, question }) => {
        const id = versionId(itemId, version);
        const named = { ...question, id };
        return { topic, question: named };
      });
    },

    ofForm: async (course, form) => {
      const own = await questionsOfCourse.ofForm(course, form);
      const ids = form.filter(isOfBank).map(({ questionId }) => questionId);
      return ids.length === 0 ? own : new Map([...own, ...(await ofBank(ids))]);
    },
  };
};
