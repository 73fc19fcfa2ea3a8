import type { ClosedAttempt } from '../grading/closed-attempt-store.ts';
import { isSuspicious, type PlainAnswer, saidTo, similarityOf } from './answer-similarity.ts';
import type { Signal } from './signal.ts';

/** Signals of one attempt from what is known of it and of others at the same test: pure rules with documented figures. */

export const plainAnswers = ({ items, answers, result }: ClosedAttempt): PlainAnswer[] => {
  const earned = new Map(result.items.map((item) => [item.slot, item.points >= item.maxPoints]));
  return items.flatMap((item) => {
    const said = saidTo(item, answers[item.slot]?.value);
    return said === undefined
      ? []
      : [{ questionId: item.questionId, said, right: earned.get(item.slot) === true }];
  });
};

const similar = (attempt: ClosedAttempt, others: readonly ClosedAttempt[]): Signal[] => {
  const own = plainAnswers(attempt);
  const close = others
    .filter(({ accountId }) => accountId === undefined || accountId !== attempt.accountId)
    .map((other) => ({ id: other.id, ...similarityOf(own, plainAnswers(other)) }))
    .filter(isSuspicious)
    .sort((a, b) => b.index - a.index);
  const [strongest] = close;
  if (!strongest) return [];
  const { sharedWrong, different, common, index } = strongest;
  return [
    {
      kind: 'similar-answers',
      strength: Math.min(1, index / 2 + 0.3),
      figures: { sharedWrong, different, common, index: Math.round(index * 100) / 100 },
      with: close.slice(0, 10).map(({ id }) => id),
    },
  ];
};

const secondsOf = ({ startedAt, submittedAt }: ClosedAttempt): number =>
  (submittedAt.getTime() - startedAt.getTime()) / 1000;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
};

/** Nobody reads a question, its options and answers in less, and a fifth of what others need is remarkable. */
const leastSecondsPerQuestion = 5;
const leastShareOfMedian = 0.2;
/** Below so many others a median says nothing. */
const leastOthers = 20;

const tooFast = (attempt: ClosedAttempt, others: readonly ClosedAttempt[]): Signal[] => {
  const answered = Object.values(attempt.answers).filter(({ value }) => value !== null).length;
  if (answered < 5 || !attempt.result.passed) return [];
  const seconds = secondsOf(attempt);
  const usual = others.length >= leastOthers ? median(others.map(secondsOf)) : 0;
  const isFast = seconds < answered * leastSecondsPerQuestion || seconds < usual * leastShareOfMedian;
  if (!isFast) return [];
  return [{ kind: 'too-fast', strength: 0.4, figures: { seconds, answered, usual } }];
};

/** Leaving the window often says little by itself: it weighs accordingly. */
const oftenUnfocused = 5;

const unfocused = (losses: number): Signal[] =>
  losses < oftenUnfocused
    ? []
    : [{ kind: 'focus-lost', strength: Math.min(0.3, losses / 50), figures: { losses } }];

const shared = (
  kind: 'shared-device' | 'shared-address',
  others: readonly string[],
  strengthOfOne: number,
): Signal[] =>
  others.length === 0
    ? []
    : [
        {
          kind,
          strength: strengthOfOne,
          figures: { attempts: others.length },
          with: others.slice(0, 10),
        },
      ];

export type Evidence = {
  attempt: ClosedAttempt;
  /** Attempts at the same test by others, the newest. */
  others: readonly ClosedAttempt[];
  /** Attempts of other people from the same place. */
  sameDevice: readonly string[];
  sameAddress: readonly string[];
  focusLosses: number;
};

/** A school or an office shares one address: alone it weighs next to nothing, one browser there a little more. */
export const findSignals = ({
  attempt,
  others,
  sameDevice,
  sameAddress,
  focusLosses,
}: Evidence): Signal[] => [
  ...similar(attempt, others),
  ...tooFast(attempt, others),
  ...shared('shared-device', sameDevice, 0.3),
  ...shared(
    'shared-address',
    sameAddress.filter((id) => !sameDevice.includes(id)),
    0.1,
  ),
  ...unfocused(focusLosses),
];
