import { z } from 'zod';
import { defineEvent } from '../../platform/events.ts';
import { denialReasons } from './integrity-case.ts';

/** `by` is an account of staff, `candidate` or `system`; `accountId` is missing once the candidate was erased. */
const about = {
  caseId: z.string(),
  attemptId: z.string(),
  enrolmentId: z.string(),
  accountId: z.string().optional(),
  by: z.string(),
};
const reason = z.enum(denialReasons);

/** Somebody, or the rules of the test, wants an attempt looked at. */
export const CaseOpened = defineEvent('CaseOpened', z.strictObject(about));

/** Somebody knows the candidate, and keeps out of the case. */
export const CaseRecused = defineEvent('CaseRecused', z.strictObject(about));

/** The candidate is to be told what is held against them. */
export const AllegationMade = defineEvent('AllegationMade', z.strictObject(about));

export const AllegationAnswered = defineEvent('AllegationAnswered', z.strictObject(about));

/** One person would deny the result. */
export const DenialProposed = defineEvent('DenialProposed', z.strictObject({ ...about, reason }));

/** The second person does not agree with the proposal. */
export const DenialReturned = defineEvent('DenialReturned', z.strictObject(about));

/** Two persons have denied the result: it counts for nothing, unless an appeal overturns that. */
export const ResultDenied = defineEvent('ResultDenied', z.strictObject({ ...about, reason }));

/** Nothing is held against the candidate. `told`: they knew of the case. */
export const CaseCleared = defineEvent('CaseCleared', z.strictObject({ ...about, told: z.boolean() }));

export const DenialAppealed = defineEvent('DenialAppealed', z.strictObject(about));

/** The denial stands for good. */
export const DenialUpheld = defineEvent('DenialUpheld', z.strictObject(about));

/** The appeal was right: the result counts. */
export const DenialOverturned = defineEvent('DenialOverturned', z.strictObject(about));
