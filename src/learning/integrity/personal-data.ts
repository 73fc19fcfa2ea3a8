import type { Clock } from '../../platform/clock.ts';
import type { Erasure, PersonalDataProvider } from '../../platform/personal-data.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import type { CaseStore } from './case-store.ts';
import { type IntegrityCase, isClosed } from './integrity-case.ts';
import type { SignalStore } from './signal-store.ts';
import type { TraceStore } from './trace-store.ts';

const caseCategory = { en: 'Checks that tests were sat fairly', fr: 'Contrôles de la régularité des tests' };

const signalsKeptDays = 180;
const tracesKeptDays = 60;
const clearedKeptDays = 180;
const decidedKeptDays = 3 * 365;
/** How long an open case may still take: answer, decision, appeal. */
const openAtMostDays = 60;

const daysBefore = (date: Date, days: number): Date => new Date(date.getTime() - days * 86_400_000);

/** What the candidate was told and said; who judged is not theirs to have, nor what nobody has told them yet. */
const ownView = (one: IntegrityCase) => ({
  openedAt: one.openedAt,
  state: one.state,
  ...('allegation' in one && one.allegation
    ? { allegation: { at: one.allegation.at, text: one.allegation.text } }
    : {}),
  ...('answer' in one && one.answer ? { answer: one.answer } : {}),
  ...('confirmation' in one
    ? { denial: { at: one.confirmation.at, reason: one.confirmation.reason, text: one.confirmation.text } }
    : {}),
  ...('appeal' in one && one.appeal ? { appeal: one.appeal } : {}),
  ...('finding' in one && one.finding ? { finding: one.finding } : {}),
});

type Deps = {
  cases: CaseStore;
  signals: SignalStore;
  traces: TraceStore;
  attempts: Pick<AttemptStore, 'madeBy'>;
  clock: Clock;
};

/** What the checks of integrity keep about a person: advisory signals for a short time, cases until they are settled. */
export const createIntegrityPersonalData = (deps: Deps): PersonalDataProvider => {
  const { cases, signals, traces, attempts, clock } = deps;

  const outcomes = (ended: number, open: readonly IntegrityCase[]): Erasure[] => {
    const until = new Date(clock.now().getTime() + openAtMostDays * 86_400_000);
    const because = {
      en: 'A question about one of your tests is open. It is settled first, then deleted.',
      fr: 'Une question sur l’un de vos tests est en cours. Elle est d’abord réglée, puis supprimée.',
    };
    return [
      ...(ended > 0 ? [{ category: caseCategory, outcome: 'erased' as const, records: ended }] : []),
      ...(open.length > 0
        ? [{ category: caseCategory, outcome: 'retained' as const, records: open.length, because, until }]
        : []),
    ];
  };

  const openOf = async (subject: string) => (await cases.ofAccount(subject)).filter((one) => !isClosed(one));

  return {
    module: 'learning',
    describe: () => [
      {
        category: caseCategory,
        purpose: {
          en: 'Notice when answers were shared or a test was sat by somebody else, and hear the candidate before a person decides. Signals decide nothing. Addresses are kept as keyed hashes only.',
          fr: 'Remarquer que des réponses ont été partagées ou qu’un test a été passé par une autre personne, et entendre la personne concernée avant qu’une décision humaine soit prise. Les indices ne décident de rien. Les adresses ne sont gardées que sous forme d’empreintes à clé.',
        },
        basis: 'legitimate-interest',
        keptFor: {
          en: 'Traces of addresses: 60 days. Signals and cleared cases: 180 days. Denied results: three years.',
          fr: 'Traces d’adresses : 60 jours. Indices et cas classés : 180 jours. Résultats refusés : trois ans.',
        },
        recipients: { en: 'Our examiners.', fr: 'Nos examinateurs.' },
      },
    ],

    export: async (subject) => ({
      integrityCases: (await cases.ofAccount(subject)).map(ownView),
      integritySignals: (await signals.ofAccount(subject)).map(
        ({ attemptId, computedAt, signals: found }) => ({
          attemptId,
          computedAt,
          // Other people's attempts are not theirs to have.
          signals: found.map(({ kind, strength, figures }) => ({ kind, strength, figures })),
        }),
      ),
    }),

    planErasure: async (subject) => {
      const open = await openOf(subject);
      const ended = (await cases.ofAccount(subject)).length - open.length;
      return outcomes(ended + (await signals.ofAccount(subject)).length, open);
    },

    erase: async (subject) => {
      await traces.forget((await attempts.madeBy(subject)).map(({ id }) => id));
      const open = await openOf(subject);
      const ended = await cases.forget(subject);
      return outcomes(ended + (await signals.forget(subject)), open);
    },

    expire: async (now) => [
      { category: 'attempt-traces', removed: await traces.expire(daysBefore(now, tracesKeptDays)) },
      { category: 'integrity-signals', removed: await signals.expire(daysBefore(now, signalsKeptDays)) },
      {
        category: 'integrity-cases',
        removed: await cases.expire({
          cleared: daysBefore(now, clearedKeptDays),
          decided: daysBefore(now, decidedKeptDays),
        }),
      },
    ],
  };
};
