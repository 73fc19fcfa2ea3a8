import type { Clock } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { CourseStore } from '../course-store.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';
import { type ReadAnswer, readAnswers, type SentAnswer } from './answer.ts';
import type { AnswerStore, FrozenForm, Kept, SaveTarget } from './answer-store.ts';
import type { Attempt, OpenAttempt, SavedAnswer } from './attempt.ts';
import type { QuestionSource } from './draw-form.ts';
import type { Rule, Witness } from './integrity-event.ts';
import { pinnedCourse, type Submissions } from './submit-attempt.ts';

type From = { accountId: string; attemptId: string; sitting: string };

/**
 * One answer with its number: the next one of the attempt's series, never used before. `isOpen` is what came of
 * `openQuestion`, if it was asked for this very save.
 */
export type SaveRequest = From & { slot: number; value: unknown; seq: number; isOpen?: boolean | undefined };

/** A save by somebody whose right to it was checked while the sitting stood at `recalled`. */
export type VouchedSave = From & { slot: number; value: unknown; seq: number; recalled: number };

/** What a whole form says, drawn when the attempt was at number `base`. */
export type SaveFormRequest = From & {
  base: number;
  answers: readonly SentAnswer[];
  /** Slots to look at again, among those of `shown`. */
  flagged?: readonly number[];
  /** The slots that the form shows. */
  shown?: readonly number[];
  /** A linear test: leave the question at `from` for the next one. */
  leave?: number;
};

/** What the server holds after a save. */
export type SaveReceipt = { savedAt: Date; deadlineAt: Date; seq: number; answer?: SavedAnswer };

/** `superseded`: slots where a later save was there already; theirs is what counts. */
export type FormReceipt = { savedAt: Date; superseded: readonly number[] };

type Deps = {
  answers: AnswerStore;
  enrolments: EnrolmentStore;
  courses: CourseStore;
  questions: QuestionSource;
  submissions: Submissions;
  witness: Witness;
  clock: Clock;
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const expired = ({ deadlineAt }: Pick<Attempt, 'deadlineAt'>): DomainError =>
  new DomainError('conflict', 'attempt-expired', { params: { deadline: deadlineAt.toISOString() } });

const conflict = (code: string): DomainError => new DomainError('conflict', code);

/**
 * Keeps answers of an attempt under way. What is acknowledged is in the journal. Repeating a save changes nothing.
 * @throws DomainError `not-found`, `enrolment-closed` (403), `attempt-expired`, `attempt-taken-over`, `answer-superseded`,
 * `question-left` (all 409, nothing saved is lost), `invalid-input` (422) for a slot or an option that the form does not have
 */
export const createSaveAnswers = (deps: Deps) => {
  const { answers, enrolments, courses, questions, submissions, witness, clock } = deps;

  const refuse = async (rule: Rule, { accountId, attemptId }: From, error: Error): Promise<never> => {
    await witness.bypass({ accountId, attemptId, rule });
    throw error;
  };

  /** The form of one's own attempt, in an enrolment that is still open. */
  const ownForm = async (from: From & { isOpen?: boolean | undefined }): Promise<FrozenForm> => {
    const form = await answers.form(from.attemptId);
    if (!form) throw notFound();
    if (form.accountId !== from.accountId) return refuse('foreign-attempt', from, notFound());
    const isOpen = from.isOpen ?? (await enrolments.isOpen(form.enrolmentId, form.accountId));
    if (!isOpen) throw new DomainError('forbidden', 'enrolment-closed');
    return form;
  };

  const judged = async (form: FrozenForm, sent: readonly SentAnswer[]): Promise<ReadAnswer[]> => {
    const course = await pinnedCourse(courses, form);
    return readAnswers(sent, { items: form.items, questions: await questions.ofForm(course, form.items) });
  };

  /** Slots and options that the form does not have are no slip of a page of ours: they are remembered. */
  const read = async (from: From, form: FrozenForm, sent: readonly SentAnswer[]): Promise<ReadAnswer[]> => {
    try {
      return await judged(form, sent);
    } catch (error) {
      const isForged =
        error instanceof DomainError && error.errors.some(({ code }) => code === 'not-an-option');
      return isForged ? refuse('tampered-answer', from, error) : Promise.reject(error);
    }
  };

  const targetOf = ({ attemptId: id, accountId, sitting }: From): SaveTarget => ({
    id,
    accountId,
    sitting,
    at: clock.now(),
  });

  /** The attempt as it is, open and held by this window; or why it is not. */
  const held = async (from: From): Promise<OpenAttempt> => {
    const attempt = await submissions.load(from.accountId, from.attemptId);
    if (attempt.state !== 'in_progress') {
      await witness.saw({ type: 'late-save', accountId: from.accountId, attemptId: from.attemptId });
      throw expired(attempt);
    }
    if (attempt.sitting.id !== from.sitting) throw conflict('attempt-taken-over');
    return attempt;
  };

  /** Why one answer was not written: a repetition is acknowledged again, everything else is refused. */
  const explain = async (request: SaveRequest, answer: ReadAnswer, savedAt: Date): Promise<SaveReceipt> => {
    const attempt = await held(request);
    const kept = attempt.answers[answer.slot];
    const { deadlineAt, seq } = attempt;
    if (kept && kept.seq === request.seq && same(kept.value, answer.value))
      return { savedAt: kept.at, deadlineAt, seq, answer: kept };
    if (kept && kept.seq >= request.seq) throw conflict('answer-superseded');
    if (attempt.navigation === 'linear' && attempt.position !== answer.slot)
      return refuse('navigation', request, conflict('question-left'));
    // The window took the attempt back between the write and the look: the same save is good now.
    return acknowledged(
      await writeOne(request, answer, attempt.navigation === 'linear'),
      answer.slot,
      savedAt,
    );
  };

  const writeOne = (
    request: SaveRequest,
    { slot, value }: ReadAnswer,
    isLinear: boolean,
  ): Promise<Kept | undefined> =>
    answers.saveNewer(targetOf(request), slot, { value, seq: request.seq }, isLinear ? slot : undefined);

  const acknowledged = (kept: Kept | undefined, slot: number, savedAt: Date): SaveReceipt => {
    if (!kept) throw conflict('answer-superseded');
    const answer = kept.answers[slot];
    return { savedAt, deadlineAt: kept.deadlineAt, seq: kept.seq, ...(answer ? { answer } : {}) };
  };

  /** In a linear test only the question that was reached has an answer to save. */
  const assertShown = async (from: SaveFormRequest, attempt: OpenAttempt): Promise<void> => {
    if (attempt.navigation !== 'linear') return;
    const elsewhere = from.answers.some(({ slot }) => slot !== attempt.position);
    const isLeft = from.leave !== undefined && from.leave !== attempt.position;
    if (elsewhere || isLeft) await refuse('navigation', from, conflict('question-left'));
  };

  /** Only what differs is written, under the next number; what was saved after the form was drawn stays as it is. */
  const changesOf = (
    attempt: OpenAttempt,
    said: readonly ReadAnswer[],
    { base, at }: { base: number; at: Date },
  ) => {
    const differing = said.filter(({ slot, value }) => !same(attempt.answers[slot]?.value ?? null, value));
    const isNewer = ({ slot }: ReadAnswer): boolean => (attempt.answers[slot]?.seq ?? 0) > base;
    const seq = attempt.seq + 1;
    return {
      superseded: differing.filter(isNewer).map(({ slot }) => slot),
      changed: new Map(
        differing.filter((one) => !isNewer(one)).map(({ slot, value }) => [slot, { value, seq, at }]),
      ),
    };
  };

  const flagsOf = ({ flagged }: OpenAttempt, { shown, flagged: now }: SaveFormRequest): number[] =>
    shown === undefined
      ? [...flagged]
      : [
          ...flagged.filter((slot) => !shown.includes(slot)),
          ...(now ?? []).filter((slot) => shown.includes(slot)),
        ];

  const writeForm = async (
    request: SaveFormRequest,
    said: readonly ReadAnswer[],
    tries: number,
  ): Promise<FormReceipt> => {
    const attempt = await held(request);
    await assertShown(request, attempt);
    const target = targetOf(request);
    const { changed, superseded } = changesOf(attempt, said, { base: request.base, at: target.at });
    const { leave } = request;
    const written = await answers.saveForm(target, {
      after: attempt.seq,
      answers: changed,
      flagged: flagsOf(attempt, request),
      ...(leave === undefined ? {} : { step: { from: leave, to: leave + 1 } }),
    });
    if (written) return { savedAt: target.at, superseded };
    if (tries === 0) throw conflict('answer-superseded');
    return writeForm(request, said, tries - 1);
  };

  return {
    /**
     * Whether the enrolment of an attempt is open, as a question to the database that may be asked together with another;
     * nothing for an attempt that is not being answered here. The database takes its time per question.
     */
    openQuestion: (attemptId: string) => {
      const form = answers.knownForm(attemptId);
      return form && enrolments.openQuestion(form.enrolmentId, form.accountId);
    },

    save: async (request: SaveRequest): Promise<SaveReceipt> => {
      const form = await ownForm(request);
      const { slot, value } = request;
      const [answer] = await read(request, form, [{ slot, value }]);
      if (!answer) throw notFound();
      const savedAt = clock.now();
      const kept = await writeOne(request, answer, form.navigation === 'linear');
      return kept ? acknowledged(kept, slot, savedAt) : explain(request, answer, savedAt);
    },

    /**
     * The same with nothing asked but the save itself. Answers nothing, and has saved nothing, when something was recalled
     * since, or when anything else has to be said than that it is saved: that is for `save` to judge.
     */
    saveVouched: async (request: VouchedSave): Promise<SaveReceipt | undefined> => {
      const form = answers.knownForm(request.attemptId);
      if (form?.accountId !== request.accountId) return undefined;
      const { slot, value, seq, recalled } = request;
      const [answer] = await judged(form, [{ slot, value }]).catch(() => []);
      if (!answer) return undefined;
      const target = { ...targetOf(request), recalled };
      const position = form.navigation === 'linear' ? slot : undefined;
      const kept = await answers.saveNewer(target, slot, { value: answer.value, seq }, position);
      return kept && acknowledged(kept, slot, target.at);
    },

    saveForm: async (request: SaveFormRequest): Promise<FormReceipt> => {
      const form = await ownForm(request);
      return writeForm(request, await read(request, form, request.answers), 5);
    },

    flag: async (request: From & { slot: number; later: boolean }): Promise<void> => {
      const form = await ownForm(request);
      if (!form.items.some(({ slot }) => slot === request.slot)) throw notFound();
      const noted = await answers.flag(targetOf(request), request.slot, request.later);
      if (!noted) await held(request);
    },
  };
};

export type Saves = ReturnType<typeof createSaveAnswers>;
