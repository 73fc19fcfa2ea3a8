import type { Erasure, PersonalDataProvider } from '../../platform/personal-data.ts';
import type { ReportStore } from './report-store.ts';

const category = {
  en: 'Questions of tests that you reported',
  fr: 'Questions de test que vous avez signalées',
};
const keptDays = 2 * 365;

const erased = (records: number): Erasure[] =>
  records === 0 ? [] : [{ category, outcome: 'erased', records }];

/** What people wrote about questions, until two years after it was settled. */
export const createReportPersonalData = (reports: ReportStore): PersonalDataProvider => ({
  module: 'learning',
  describe: () => [
    {
      category,
      purpose: {
        en: 'Mend questions that are wrong or unclear, and tell you what came of it.',
        fr: 'Corriger les questions erronées ou peu claires et vous dire ce qu’il en est advenu.',
      },
      basis: 'legitimate-interest',
      keptFor: {
        en: 'Two years after it was settled, or until the account is erased.',
        fr: 'Deux ans après le règlement, ou jusqu’à l’effacement du compte.',
      },
      recipients: { en: 'Our examiners and authors.', fr: 'Nos examinateurs et nos auteurs.' },
    },
  ],
  export: async (subject) => ({
    questionReports: (await reports.ofAccount(subject)).map(({ kind, text, at, settled }) => ({
      kind,
      text,
      at,
      ...(settled ? { outcome: settled.outcome, note: settled.note, settledAt: settled.at } : {}),
    })),
  }),
  planErasure: async (subject) => erased((await reports.ofAccount(subject)).length),
  erase: async (subject) => erased(await reports.forget(subject)),
  expire: async (now) => [
    {
      category: 'question-reports',
      removed: await reports.expire(new Date(now.getTime() - keptDays * 86_400_000)),
    },
  ],
});
