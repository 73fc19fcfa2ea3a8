import type { Clock } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { questionsById } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { Participation } from '../participation.ts';
import { type ReadAnswer, readAnswers, type SentAnswer } from './answer.ts';
import type { Attempt, SavedAnswer } from './attempt.ts';
import type { AttemptStore } from './attempt-store.ts';
import { pinnedCourse, type Submissions } from './submit-attempt.ts';

export type SaveRequest = { accountId: string; attemptId: string; answers: readonly SentAnswer[] };

/** What the server holds after a save: the sent answer, or a later one that was there already. */
export type SaveReceipt = {
  savedAt: Date;
  deadlineAt: Date;
  answers: readonly ({ slot: number } & SavedAnswer)[];
};

type Deps = {
  attempts: AttemptStore;
  courses: CourseStore;
  submissions: Submissions;
  participation: Participation;
  clock: Clock;
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const expired = (attempt: Attempt): DomainError =>
  new DomainError('conflict', 'attempt-expired', { params: { deadline: attempt.deadlineAt.toISOString() } });

/**
 * Keeps answers of an attempt under way: all that were sent, or none of them.
 * @throws DomainError `not-found`, `attempt-expired` (409, nothing saved is lost), `invalid-input` (422) for a slot or an
 * option that the form does not have
 */
export const createSaveAnswers = ({ attempts, courses, submissions, participation, clock }: Deps) => {
  /** Forms say everything they show; only what differs is written, above whatever number is there. */
  const saveForm = (attempt: Attempt, answers: readonly ReadAnswer[], at: Date): Promise<boolean> => {
    const changed = answers
      .filter(({ slot, value }) => !same(attempt.answers[slot]?.value ?? null, value))
      .map(({ slot, value }) => [slot, { value, seq: (attempt.answers[slot]?.seq ?? 0) + 1, at }] as const);
    return attempts.saveAll(attempt.id, new Map(changed), at);
  };

  const isNumbered = (answer: ReadAnswer): answer is ReadAnswer & { seq: number } => answer.seq !== undefined;

  const save = async (attempt: Attempt, answers: readonly ReadAnswer[], at: Date): Promise<void> => {
    const numbered = answers.filter(isNumbered);
    for (const { slot, value, seq } of numbered)
      await attempts.saveNewer(attempt.id, slot, { value, seq, at });
    if (numbered.length === answers.length) return;
    const rest = answers.filter((answer) => !isNumbered(answer));
    if (!(await saveForm(attempt, rest, at))) throw expired(attempt);
  };

  return async ({ accountId, attemptId, answers: sent }: SaveRequest): Promise<SaveReceipt> => {
    const attempt = await submissions.load(accountId, attemptId);
    if (attempt.state === 'submitted') throw expired(attempt);
    await participation.open(accountId, attempt.enrolmentId);
    const questions = questionsById(await pinnedCourse(courses, attempt));
    const read = readAnswers(sent, { items: attempt.items, questions });
    const savedAt = clock.now();
    await save(attempt, read, savedAt);
    const after = await attempts.ofAccount(accountId, attemptId);
    if (!after) throw notFound();
    // Closed between the check and the write: what was sent last may not be in.
    if (after.state === 'submitted') throw expired(after);
    const answers = read.flatMap(({ slot }) => {
      const kept = after.answers[slot];
      return kept ? [{ slot, ...kept }] : [];
    });
    return { savedAt, deadlineAt: after.deadlineAt, answers };
  };
};
