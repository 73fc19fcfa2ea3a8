import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { type AssignmentRules, pointsOfAll } from './assignment-rules.ts';
import type { HandedFile } from './handed-file.ts';

/**
 * What one learner does about one assignment: a draft, the versions that were handed in, and what examiners said of each.
 *
 *     draft ── hand in ──> submitted ──> passed
 *                ^             │ ├─────> returned ──> (draft goes on)
 *                │             │ └─────> not-passed ─> appealed ──> passed | not-passed
 *                └─────────────┴── while a resubmission is left
 */
export type WorkState = 'draft' | 'submitted' | 'returned' | 'not-passed' | 'appealed' | 'passed';

export type Draft = { text: string; file?: HandedFile };

export type Outcome = 'passed' | 'not-passed' | 'returned';

/** What an examiner said of a version. Points, comments: by criterion; a returned version has no points. `score`: share. */
export type Judgement = {
  by: string;
  at: Date;
  outcome: Outcome;
  points: Readonly<Record<string, number>>;
  comments: Readonly<Record<string, string>>;
  remark: string;
  score?: number;
};

export type Version = Draft & {
  number: number;
  at: Date;
  /** The revision that its sender had seen: a second click says the same one. */
  fromRevision: number;
  /** The last one counts; a second one follows an appeal. */
  judgements: readonly Judgement[];
  appeal?: { at: Date; text: string };
};

export type Work = {
  id: string;
  enrolmentId: string;
  accountId: string;
  courseId: string;
  courseVersion: number;
  activityId: string;
  state: WorkState;
  draft: Draft;
  versions: readonly Version[];
  /** Raised with each change: who writes says which revision they have seen. */
  revision: number;
  changedAt: Date;
  /** Until when an examiner should have answered. */
  dueAt?: Date;
  /** Who has it on the desk, until when. */
  lease?: { by: string; until: Date };
  recused: readonly string[];
};

export const readingDays = 7;
export const appealDays = 14;
/** Characters. */
export const longestAppeal = 3000;

const daysAfter = (date: Date, days: number): Date => new Date(date.getTime() + days * 86_400_000);

export const latest = ({ versions }: Pick<Work, 'versions'>): Version | undefined => versions.at(-1);

export const judgementOf = (version: Version | undefined): Judgement | undefined =>
  version?.judgements.at(-1);

/** How often it may still be handed in. */
export const handInsLeft = (
  { versions }: Pick<Work, 'versions'>,
  { resubmissions }: Pick<AssignmentRules, 'resubmissions'>,
): number => Math.max(0, 1 + resubmissions - versions.length);

export const mayWrite = (work: Pick<Work, 'state' | 'versions'>, rules: AssignmentRules): boolean =>
  ['draft', 'returned', 'not-passed'].includes(work.state) && handInsLeft(work, rules) > 0;

/** Only what nobody has looked at twice, and not for ever. */
export const mayAppeal = (work: Pick<Work, 'state' | 'versions'>, now: Date): boolean => {
  const version = latest(work);
  const judged = judgementOf(version);
  return (
    work.state === 'not-passed' &&
    version?.appeal === undefined &&
    judged !== undefined &&
    now <= daysAfter(judged.at, appealDays)
  );
};

export const appealUntil = (judgement: Judgement): Date => daysAfter(judgement.at, appealDays);

/** What is wrong with what was typed, whether it is kept as a draft or handed in. */
export const draftFaults = ({ text }: Draft, rules: AssignmentRules): FieldFault[] => {
  if (!rules.text) return text === '' ? [] : [{ pointer: '/text', code: 'unknown-field' }];
  const { most: max } = rules.text;
  return text.length > max ? [{ pointer: '/text', code: 'too-long', params: { max } }] : [];
};

/** What is still missing before it can be handed in. */
export const handInFaults = (draft: Draft, rules: AssignmentRules): FieldFault[] => {
  const faults = draftFaults(draft, rules);
  if (rules.text?.required && draft.text === '') faults.push({ pointer: '/text', code: 'required' });
  if (rules.file?.required && !draft.file) faults.push({ pointer: '/file', code: 'required' });
  if (faults.length === 0 && draft.text === '' && !draft.file)
    faults.push({ pointer: rules.text ? '/text' : '/file', code: 'work-empty' });
  return faults;
};

const changed = (work: Work, at: Date): Pick<Work, 'revision' | 'changedAt'> => ({
  revision: work.revision + 1,
  changedAt: at,
});

/** @throws DomainError `assignment-closed` (409) when nothing more can be written */
const assertOpen = (work: Work, rules: AssignmentRules): void => {
  if (!mayWrite(work, rules)) throw new DomainError('conflict', 'assignment-closed');
};

/** @throws DomainError `assignment-closed` (409) */
export const written = (
  work: Work,
  rules: AssignmentRules,
  { draft, at }: { draft: Draft; at: Date },
): Work => {
  assertOpen(work, rules);
  return { ...work, draft, ...changed(work, at) };
};

/** @throws DomainError `assignment-closed` (409) */
export const handedIn = (
  work: Work,
  rules: AssignmentRules,
  { draft, at }: { draft: Draft; at: Date },
): Work => {
  assertOpen(work, rules);
  const version: Version = {
    ...draft,
    number: work.versions.length + 1,
    at,
    fromRevision: work.revision,
    judgements: [],
  };
  return {
    ...work,
    draft,
    state: 'submitted',
    versions: [...work.versions, version],
    dueAt: daysAfter(at, readingDays),
    ...changed(work, at),
  };
};

const withLatest = (work: Work, change: (version: Version) => Version): Version[] =>
  work.versions.map((version, index) => (index === work.versions.length - 1 ? change(version) : version));

/** @throws DomainError `appeal-closed` (409) */
export const appealed = (work: Work, { text, at }: { text: string; at: Date }): Work => {
  if (!mayAppeal(work, at)) throw new DomainError('conflict', 'appeal-closed');
  return {
    ...work,
    state: 'appealed',
    versions: withLatest(work, (version) => ({ ...version, appeal: { at, text } })),
    dueAt: daysAfter(at, readingDays),
    ...changed(work, at),
  };
};

export const isWaiting = ({ state }: Pick<Work, 'state'>): boolean =>
  state === 'submitted' || state === 'appealed';

/** A second look at an appeal ends in a result; before that, it may go back while it can be handed in again. */
export const mayReturn = (work: Work, rules: AssignmentRules): boolean =>
  work.state === 'submitted' && handInsLeft(work, rules) > 0;

/** @throws DomainError `own-case`, `conflict-of-interest` (403), `already-marked`, `paper-taken` (409) */
export const assertMayJudge = (work: Work, by: string, now: Date): void => {
  if (work.accountId === by) throw new DomainError('forbidden', 'own-case');
  if (work.recused.includes(by)) throw new DomainError('forbidden', 'conflict-of-interest');
  if (!isWaiting(work) || latest(work)?.judgements.some((one) => one.by === by))
    throw new DomainError('conflict', 'already-marked');
  if (work.lease && work.lease.by !== by && work.lease.until > now)
    throw new DomainError('conflict', 'paper-taken');
};

export const scoreOf = (points: Judgement['points'], rules: AssignmentRules): number =>
  rules.criteria.reduce((sum, { id }) => sum + (points[id] ?? 0), 0) / pointsOfAll(rules);

export const judged = (work: Work, judgement: Judgement): Work => {
  const { lease: _lease, dueAt: _due, ...rest } = work;
  return {
    ...rest,
    state: judgement.outcome,
    versions: withLatest(work, (version) => ({
      ...version,
      judgements: [...version.judgements, judgement],
    })),
    ...changed(work, judgement.at),
  };
};
