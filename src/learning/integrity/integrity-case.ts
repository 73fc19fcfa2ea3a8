import { DomainError } from '../../platform/errors.ts';
import type { Signal } from './signal.ts';

/** Why a result is denied. What happened in detail stands in the text beside it. */
export const denialReasons = [
  'shared-answers',
  'outside-help',
  'impersonation',
  'forbidden-material',
  'questions-disclosed',
] as const;
export type DenialReason = (typeof denialReasons)[number];

/** How long a candidate may answer what is alleged, and how long a denial may be appealed against. */
export const answerDays = 14;
export const appealDays = 14;

export type Statement = { at: Date; text: string };
type Judgement = Statement & { by: string };
export type Denial = Judgement & { reason: DenialReason };

/** One line of the trail of a case. `by` is an account of staff, `candidate` or `system`. */
export type CaseStep = {
  at: Date;
  by: string;
  did:
    | 'opened'
    | 'recused'
    | 'alleged'
    | 'answered'
    | 'proposed'
    | 'returned'
    | 'denied'
    | 'appealed'
    | 'cleared'
    | 'upheld'
    | 'overturned';
  note?: string;
};

type Common = {
  id: string;
  attemptId: string;
  enrolmentId: string;
  courseId: string;
  activityId: string;
  /** Missing once the person was erased. */
  accountId?: string;
  openedAt: Date;
  /** What it began with: advisory, never a decision. */
  signals: readonly Signal[];
  /** Who has said that they know the candidate: they see and decide nothing here. */
  recused: readonly string[];
  steps: readonly CaseStep[];
  /** When somebody has to act: what the queue is sorted by. */
  dueAt: Date;
  /** Grows with every change: two people cannot change one state. */
  revision: number;
};

type Told = Common & { allegation: Judgement & { answerUntil: Date }; answer?: Statement };
type Decided = Told & { proposal: Denial; confirmation: Denial; appealUntil: Date };

export type CaseUnderReview = Common & { state: 'review' };
export type AllegedCase = Told & { state: 'alleged' };
/** One person would deny the result; a second has to agree. */
export type ProposedCase = Told & { state: 'proposed'; proposal: Denial };
export type DeniedCase = Decided & { state: 'denied' };
export type AppealedCase = Decided & { state: 'appealed'; appeal: Statement };
/** Nothing is left of it. `allegation` is there when the candidate had been told. */
export type ClearedCase = Common & Partial<Told> & { state: 'cleared'; closedAt: Date; finding: string };
/** The denial stands for good: the appeal was dismissed, or none came in time. */
export type UpheldCase = Decided & { state: 'upheld'; closedAt: Date; appeal?: Statement; finding?: string };
export type OverturnedCase = Decided & {
  state: 'overturned';
  closedAt: Date;
  appeal: Statement;
  finding: string;
};
export type IntegrityCase =
  | CaseUnderReview
  | AllegedCase
  | ProposedCase
  | DeniedCase
  | AppealedCase
  | ClearedCase
  | UpheldCase
  | OverturnedCase;

export const caseStates = [
  'review',
  'alleged',
  'proposed',
  'denied',
  'appealed',
  'cleared',
  'upheld',
  'overturned',
] as const satisfies readonly IntegrityCase['state'][];

export const isClosed = ({ state }: Pick<IntegrityCase, 'state'>): boolean =>
  state === 'cleared' || state === 'upheld' || state === 'overturned';

/** A result under such a case counts for nothing. */
export const deniesResult = ({ state }: Pick<IntegrityCase, 'state'>): boolean =>
  state === 'denied' || state === 'appealed' || state === 'upheld';

const daysAfter = (date: Date, days: number): Date => new Date(date.getTime() + days * 86_400_000);

const stepped = ({ steps, revision }: IntegrityCase, step: CaseStep): Pick<Common, 'steps' | 'revision'> => ({
  steps: [...steps, step],
  revision: revision + 1,
});

const movedOn = (): DomainError => new DomainError('conflict', 'case-moved-on');

/** What somebody does, when, and in which words. */
export type Act = { by: string; at: Date; text: string };

type Opening = Pick<Common, 'id' | 'attemptId' | 'enrolmentId' | 'courseId' | 'activityId' | 'signals'> & {
  accountId: string;
  by: string;
  at: Date;
};

/** A review is due within a week: a candidate may be waiting for a result. */
const reviewDays = 7;

export const openCase = ({ by, at, ...about }: Opening): CaseUnderReview => ({
  ...about,
  state: 'review',
  openedAt: at,
  recused: [],
  steps: [{ at, by, did: 'opened' }],
  dueAt: daysAfter(at, reviewDays),
  revision: 0,
});

/**
 * Whether somebody may judge here at all.
 * @throws DomainError `own-case` for the candidate, `conflict-of-interest` for whoever knows them (both 403)
 */
export const assertImpartial = (one: Pick<Common, 'accountId' | 'recused'>, by: string): void => {
  if (one.accountId === by) throw new DomainError('forbidden', 'own-case');
  if (one.recused.includes(by)) throw new DomainError('forbidden', 'conflict-of-interest');
};

/** Somebody knows the candidate, or works with them, and keeps out for good. */
export const recuse = (one: IntegrityCase, { by, at }: Omit<Act, 'text'>): IntegrityCase => {
  assertImpartial(one, by);
  return { ...one, recused: [...one.recused, by], ...stepped(one, { at, by, did: 'recused' }) };
};

/** The candidate is told what is held against them, and may answer. */
export const allege = (one: IntegrityCase, { by, at, text }: Act): AllegedCase => {
  assertImpartial(one, by);
  if (one.state !== 'review') throw movedOn();
  const answerUntil = daysAfter(at, answerDays);
  return {
    ...one,
    state: 'alleged',
    allegation: { by, at, text, answerUntil },
    dueAt: answerUntil,
    ...stepped(one, { at, by, did: 'alleged', note: text }),
  };
};

/** @throws DomainError `case-moved-on`; `answer-too-late` (409) after the deadline */
export const answerAllegation = (one: IntegrityCase, { at, text }: Omit<Act, 'by'>): AllegedCase => {
  if (one.state !== 'alleged' || one.answer) throw movedOn();
  if (at > one.allegation.answerUntil) throw new DomainError('conflict', 'answer-too-late');
  return {
    ...one,
    answer: { at, text },
    dueAt: at,
    ...stepped(one, { at, by: 'candidate', did: 'answered', note: text }),
  };
};

/** Whether the candidate has been heard, or has let the time pass. */
export const mayDecide = (one: AllegedCase, now: Date): boolean =>
  one.answer !== undefined || now > one.allegation.answerUntil;

/** Nothing is held against the candidate any more. */
export const clear = (one: IntegrityCase, { by, at, text }: Act): ClearedCase => {
  assertImpartial(one, by);
  if (one.state !== 'review' && one.state !== 'alleged' && one.state !== 'proposed') throw movedOn();
  const { proposal: _proposal, ...rest } = { proposal: undefined, ...one };
  return {
    ...rest,
    state: 'cleared',
    closedAt: at,
    finding: text,
    ...stepped(one, { at, by, did: 'cleared', note: text }),
  };
};

type DenialAct = Act & { reason: DenialReason };

/** @throws DomainError `candidate-not-heard` (409) while the candidate may still answer */
export const proposeDenial = (one: IntegrityCase, { by, at, text, reason }: DenialAct): ProposedCase => {
  assertImpartial(one, by);
  if (one.state !== 'alleged') throw movedOn();
  if (!mayDecide(one, at)) throw new DomainError('conflict', 'candidate-not-heard');
  return {
    ...one,
    state: 'proposed',
    proposal: { by, at, text, reason },
    dueAt: at,
    ...stepped(one, { at, by, did: 'proposed', note: text }),
  };
};

/** The second person. @throws DomainError `second-person-needed` (403) for the first one */
export const confirmDenial = (one: IntegrityCase, { by, at, text }: Act): DeniedCase => {
  assertImpartial(one, by);
  if (one.state !== 'proposed') throw movedOn();
  if (one.proposal.by === by) throw new DomainError('forbidden', 'second-person-needed');
  const appealUntil = daysAfter(at, appealDays);
  return {
    ...one,
    state: 'denied',
    confirmation: { by, at, text, reason: one.proposal.reason },
    appealUntil,
    dueAt: appealUntil,
    ...stepped(one, { at, by, did: 'denied', note: text }),
  };
};

/** The second person does not agree: back to where the candidate had been heard. */
export const returnProposal = (one: IntegrityCase, { by, at, text }: Act): AllegedCase => {
  assertImpartial(one, by);
  if (one.state !== 'proposed') throw movedOn();
  if (one.proposal.by === by) throw new DomainError('forbidden', 'second-person-needed');
  const { proposal: _proposal, ...rest } = one;
  return {
    ...rest,
    state: 'alleged',
    dueAt: at,
    ...stepped(one, { at, by, did: 'returned', note: text }),
  };
};

/** @throws DomainError `case-moved-on`; `appeal-too-late` (409) after the fourteen days */
export const appealDenial = (one: IntegrityCase, { at, text }: Omit<Act, 'by'>): AppealedCase => {
  if (one.state !== 'denied') throw movedOn();
  if (at > one.appealUntil) throw new DomainError('conflict', 'appeal-too-late');
  return {
    ...one,
    state: 'appealed',
    appeal: { at, text },
    dueAt: daysAfter(at, appealDays),
    ...stepped(one, { at, by: 'candidate', did: 'appealed', note: text }),
  };
};

/** Whoever had a hand in the denial judges no appeal against it. */
export const hasDecided = (one: IntegrityCase, by: string): boolean =>
  one.steps.some(
    (step) => step.by === by && ['alleged', 'proposed', 'returned', 'denied'].includes(step.did),
  );

const assertFresh = (one: IntegrityCase, by: string): void => {
  assertImpartial(one, by);
  if (hasDecided(one, by)) throw new DomainError('forbidden', 'another-reviewer-needed');
};

export const upholdDenial = (one: IntegrityCase, { by, at, text }: Act): UpheldCase => {
  if (one.state !== 'appealed') throw movedOn();
  assertFresh(one, by);
  return {
    ...one,
    state: 'upheld',
    closedAt: at,
    finding: text,
    ...stepped(one, { at, by, did: 'upheld', note: text }),
  };
};

export const overturnDenial = (one: IntegrityCase, { by, at, text }: Act): OverturnedCase => {
  if (one.state !== 'appealed') throw movedOn();
  assertFresh(one, by);
  return {
    ...one,
    state: 'overturned',
    closedAt: at,
    finding: text,
    ...stepped(one, { at, by, did: 'overturned', note: text }),
  };
};

/** The time for an appeal has passed without one: the denial stands for good. */
export const letStand = (one: IntegrityCase, at: Date): UpheldCase => {
  if (one.state !== 'denied' || at <= one.appealUntil) throw movedOn();
  return { ...one, state: 'upheld', closedAt: at, ...stepped(one, { at, by: 'system', did: 'upheld' }) };
};
