/** A rule that somebody tried to get around. The server refused; this is what is remembered of it. */
export const rules = [
  'payment',
  'prerequisites',
  'waiting-time',
  'attempt-limit',
  'passed',
  'foreign-attempt',
  'foreign-enrolment',
  'tampered-answer',
  'tampered-form',
  'navigation',
] as const;
export type Rule = (typeof rules)[number];

/** What the candidate's page reports: advisory, since a page can be made to say anything. */
export const reportedTypes = [
  'focus-lost',
  'focus-regained',
  'connection-lost',
  'connection-restored',
] as const;
export type ReportedType = (typeof reportedTypes)[number];

export type IntegrityEventType = ReportedType | 'took-over' | 'late-save' | 'bypass-tried';

/** Something noticed around a test. Events of one kind within a minute are one, with a count. No text of the person. */
export type IntegrityEvent = {
  type: IntegrityEventType;
  accountId: string;
  attemptId?: string;
  enrolmentId?: string;
  rule?: Rule;
  at: Date;
  lastAt: Date;
  count: number;
};

/** Remembers what was noticed. It never refuses anything by itself, and never stops what it watches. */
export type Witness = {
  saw(event: { type: 'took-over' | 'late-save'; accountId: string; attemptId: string }): Promise<void>;
  bypass(event: { accountId: string; rule: Rule; attemptId?: string; enrolmentId?: string }): Promise<void>;
};
