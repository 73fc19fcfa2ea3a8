import type { Clock } from '../../platform/clock.ts';
import type { Language } from '../../platform/i18n.ts';
import { stepOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { ClosedAttempt, ClosedAttemptStore } from '../grading/closed-attempt-store.ts';
import type { Cases } from './cases.ts';
import { findSignals } from './find-signals.ts';
import { isFlagged, type Signal } from './signal.ts';
import type { SignalStore } from './signal-store.ts';
import type { Place, TraceStore } from './trace-store.ts';

/** Asks how often the window of an attempt lost the focus. */
export type FocusLossesOf = (attemptId: string) => Promise<number>;

type Deps = {
  closed: ClosedAttemptStore;
  courses: CourseStore;
  cases: Cases;
  signals: SignalStore;
  traces: TraceStore;
  focusLossesOf: FocusLossesOf;
  clock: Clock;
};

/** An attempt is compared with so many others at the same test, the newest: about a tenth of a second of work. */
const comparedWith = 2000;

export type Seen = Place & { attemptId: string; accountId: string; language: Language };

/** Signals after each attempt, and whether its result may count already. */
export const createWatchAttempts = (deps: Deps) => {
  const { closed, courses, cases, signals, traces, focusLossesOf, clock } = deps;

  /** Attempts from the same place by somebody else: one person's attempts share their own. */
  const elsewhere = async (attempt: ClosedAttempt, ids: readonly string[]): Promise<string[]> => {
    const found = await Promise.all(ids.map((id) => closed.byId(id)));
    return found.flatMap((one) => (one && one.accountId !== attempt.accountId ? [one.id] : []));
  };

  const reviewRuleOf = async (attempt: Pick<ClosedAttempt, 'courseId' | 'courseVersion' | 'activityId'>) => {
    const course = await courses.version(attempt.courseId, attempt.courseVersion);
    const activity = course && stepOf(course, attempt.activityId);
    return (activity?.kind === 'test' ? activity.test.requiresReview : undefined) ?? 'never';
  };

  const look = async (attempt: ClosedAttempt): Promise<readonly Signal[]> => {
    const { id: attemptId, accountId, courseId, activityId } = attempt;
    const newest = await closed.newestOf(courseId, activityId, comparedWith + 1);
    const found = findSignals({
      attempt,
      others: newest.filter(({ id }) => id !== attemptId),
      sameDevice: await elsewhere(attempt, await traces.sharedWith(attemptId, 'device')),
      sameAddress: await elsewhere(attempt, await traces.sharedWith(attemptId, 'address')),
      focusLosses: await focusLossesOf(attemptId),
    });
    const strength = found.reduce((sum, one) => sum + one.strength, 0);
    const computedAt = clock.now();
    const about = { attemptId, courseId, activityId, ...(accountId ? { accountId } : {}) };
    await signals.keep({ ...about, signals: found, strength, computedAt });
    return found;
  };

  /** Signals are looked for once; what was found stays. */
  const signalsOf = async (attempt: ClosedAttempt): Promise<readonly Signal[]> =>
    (await signals.ofAttempt(attempt.id))?.signals ?? look(attempt);

  return {
    /** Where an open attempt is sat, and in which language it was last seen. Somebody else's is left alone. */
    notePlace: async ({ attemptId, accountId, language, ...place }: Seen): Promise<void> => {
      if (await closed.noteLanguage(attemptId, accountId, language))
        await traces.note(attemptId, place, clock.now());
    },

    /** The reaction to `AttemptSubmitted`, after grading: signals, and a case for a result that waits. Safe to repeat. */
    examine: async (attemptId: string): Promise<void> => {
      const attempt = await closed.byId(attemptId);
      if (!attempt?.accountId) return;
      await signalsOf(attempt);
      if (attempt.state === 'under_review') await cases.open(attemptId, 'system');
    },

    /**
     * What speaks against taking a result as it is, where the rules of the test ask for a look: asked while an attempt is
     * graded, so the result waits from the first moment.
     */
    reviewReasonsOf: async (attempt: ClosedAttempt): Promise<readonly string[]> => {
      const rule = await reviewRuleOf(attempt);
      if (rule === 'never') return [];
      const found = await signalsOf(attempt);
      if (rule === 'flagged') return isFlagged(found) ? found.map(({ kind }) => kind) : [];
      return ['always-reviewed', ...found.map(({ kind }) => kind)];
    },
  };
};

export type WatchAttempts = ReturnType<typeof createWatchAttempts>;
