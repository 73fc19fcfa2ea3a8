import { notFound } from '../../platform/errors.ts';
import type { Localised } from '../../platform/i18n.ts';
import { repeatable } from '../../platform/random.ts';
import { readAnswers, type SentAnswer } from '../attempts/answer.ts';
import { freeze, type PresentedQuestion, present } from '../attempts/form-item.ts';
import type { ItemVersion } from './item.ts';
import { type ItemStore, versionId } from './item-store.ts';
import { solutionOf } from './question-parts.ts';
import { type AnswerScore, scoreAnswer } from './score-answer.ts';

/** What an author's trial answer would be worth. */
export type Trial = {
  score: AnswerScore;
  points: number;
  solution: readonly Localised[];
  explanation: Localised;
};

type Which = { itemId: string; version: number };

export type TryItem = {
  /** A version as a candidate would see it, always in the same order. @throws DomainError `not-found` */
  asShown(which: Which): Promise<PresentedQuestion>;
  /** Nothing is kept. @throws DomainError `not-found`, `invalid-input` */
  tryOut(which: Which, sent: readonly SentAnswer[]): Promise<Trial>;
};

const formOf = ({ itemId, version, question }: ItemVersion) =>
  freeze(question, {
    slot: 1,
    topic: 'trial',
    shuffleOptions: true,
    random: repeatable(versionId(itemId, version)),
  });

/** Authors meet their questions as candidates will. */
export const createTryItem = ({ items }: { items: ItemStore }): TryItem => {
  const load = async ({ itemId, version }: Which): Promise<ItemVersion> => {
    const found = await items.version(itemId, version);
    if (!found) throw notFound();
    return found;
  };
  return {
    asShown: async (which) => {
      const version = await load(which);
      return present(formOf(version), version.question);
    },
    tryOut: async (which, sent) => {
      const version = await load(which);
      const { question } = version;
      const form = formOf(version);
      const questions = new Map([[question.id, question]]);
      const [answer] = readAnswers(sent, { items: [form], questions });
      const score = scoreAnswer(question, form, answer?.value ?? null);
      return {
        score,
        points: question.points,
        solution: solutionOf(question),
        explanation: question.explanation,
      };
    },
  };
};
