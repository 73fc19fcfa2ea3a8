import { type AttemptSignals, candidateNumber } from '../../learning/index.ts';
import { formats, type Words } from '../../platform/i18n.ts';

type Signals = AttemptSignals['signals'];

/** Signals in words: what was seen, never what it means. */
export const signalLines = (signals: Signals, words: Words) =>
  signals.map(({ kind, figures, strength, with: others = [] }) => ({
    title: words(`examining:signals.${kind}`),
    text: words(`examining:signals.${kind}-text`, {
      ...Object.fromEntries(
        Object.entries(figures).map(([name, value]) => [name, formats(words.language).number(value)]),
      ),
    }),
    strength,
    others: others.map((attemptId) => ({ attemptId, candidate: candidateNumber(attemptId) })),
  }));
