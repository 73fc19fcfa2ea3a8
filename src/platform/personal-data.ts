import type { Localised } from './i18n.ts';

/** The account whose data is asked for. */
export type SubjectId = string;

/** One category of personal data that a module keeps, as the published register shows it (GDPR art. 13 and 30). */
export type ProcessingRecord = {
  category: Localised;
  purpose: Localised;
  /** GDPR art. 6(1): contract, legal obligation, legitimate interest or consent. */
  basis: 'contract' | 'legal-obligation' | 'legitimate-interest' | 'consent';
  keptFor: Localised;
  recipients: Localised;
};

/** What became of one category at erasure; `because` and `until` explain what stays (GDPR art. 17(3)). */
export type Erasure =
  | { category: Localised; outcome: 'erased' | 'anonymised'; records: number }
  | { category: Localised; outcome: 'retained'; records: number; because: Localised; until: Date };

/** A file that belongs into the person's export beside the JSON: a certificate, a receipt. */
export type ExportFile = { path: string; bytes: Uint8Array };

/** What retention removed or made anonymous in one run. */
export type RetentionOutcome = { category: string; removed: number };

/**
 * What each module answers about the personal data it keeps. Export, erasure, retention and the published register are
 * loops over the registered providers; privacy knows no tables.
 * `erase` may be cut off and run again: the second run finishes the first.
 */
export type PersonalDataProvider = {
  module: string;
  describe(): readonly ProcessingRecord[];
  export(subject: SubjectId): Promise<Record<string, readonly unknown[]>>;
  exportFiles?(subject: SubjectId): AsyncIterable<ExportFile>;
  /** What `erase` would do, without doing it: shown before the person confirms. */
  planErasure(subject: SubjectId): Promise<readonly Erasure[]>;
  erase(subject: SubjectId): Promise<readonly Erasure[]>;
  /** Deletes or anonymises what is past its time. Safe to repeat. */
  expire(now: Date): Promise<readonly RetentionOutcome[]>;
};

/** For a module that keeps no personal data, with the reason why. */
export const storesNone = (module: string, because: string): PersonalDataProvider & { because: string } => ({
  module,
  because,
  describe: () => [],
  export: async () => ({}),
  planErasure: async () => [],
  erase: async () => [],
  expire: async () => [],
});
