import type { Random } from '../../platform/random.ts';
import type { Participation } from '../participation.ts';
import type { AccommodationStore } from './accommodation-store.ts';
import { createAdaptTime, type TimeAdaptations } from './adapt-time.ts';
import type { AnswerStore } from './answer-store.ts';
import type { ClosedAttempt } from './attempt.ts';
import type { Witness } from './integrity-event.ts';
import type { IntegrityEventStore } from './integrity-event-store.ts';
import { createOverseeAttempts, type Oversight } from './oversee-attempts.ts';
import { createSaveAnswers, type Saves } from './save-answers.ts';
import { createShowAttempt, type ShowAttempt } from './show-attempt.ts';
import { createStartAttempt, type Starts } from './start-attempt.ts';
import { type AttemptDeps, createSubmitAttempt, type Submissions } from './submit-attempt.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** Tests as they are sat: from the start to the hand-in, with the time they get and what happens meanwhile. */
export type Sittings = {
  startAttempt: Starts['start'];
  /** Continues an open attempt in this window. */
  takeOverAttempt: Starts['takeOver'];
  attempt: ShowAttempt['show'];
  attemptPulse: ShowAttempt['pulse'];
  saveAnswer: Saves['save'];
  saveVouched: Saves['saveVouched'];
  openQuestion: Saves['openQuestion'];
  /** How often the sitting of an attempt was recalled: to be asked before whatever is to vouch for saves. */
  recalledOf: AnswerStore['recalledOf'];
  /**
   * Has every save of these attempts judged anew: to be called, and awaited, when something ended on which the right to
   * save rests. What is not told here is noticed within a minute.
   */
  recallSittings: AnswerStore['recall'];
  saveForm: Saves['saveForm'];
  flagQuestion: Saves['flag'];
  /** Hands in and grades; repeating it answers the same. `passed` is missing while the result is not final. */
  submitAttempt(
    accountId: string,
    attemptId: string,
    sitting: string,
  ): Promise<{ state: ClosedAttempt['state']; passed?: boolean; score?: number }>;
  /** What follows from `AttemptSubmitted` and `AttemptConfirmed`. Safe to repeat. */
  recordResult(attemptId: string): Promise<void>;
  /** Hands in every attempt whose time is up; answers how many. */
  submitOverdue: Submissions['submitOverdue'];
  /** Keeps what the page of a candidate reports. */
  reportEvent: Timeline['report'];
  /** Notes that somebody tried to get around a rule that another module guards. */
  noteBypass: Witness['bypass'];
  /** What happened during an attempt. */
  timeline: Timeline['timeline'];
  /** More time, for a person or after an incident. */
  adaptTime: TimeAdaptations;
  /** What staff sees of attempts. */
  oversight: Oversight;
};

type Deps = AttemptDeps & {
  answers: AnswerStore;
  accommodations: AccommodationStore;
  integrityEvents: IntegrityEventStore;
  participation: Participation;
  random: Random;
};

const createHandIn =
  ({ submit }: Submissions): Sittings['submitAttempt'] =>
  async (accountId, attemptId, sitting) => {
    const attempt = await submit(accountId, attemptId, sitting);
    const { state } = attempt;
    if (attempt.state !== 'confirmed') return { state };
    const { passed, score } = attempt.result;
    return { state, passed, score };
  };

/** Also answers how attempts are started, for the activity that offers the test. */
export const createSittings = (deps: Deps): { sittings: Sittings; starts: Starts } => {
  const { attempts, integrityEvents, witness, clock } = deps;
  const adaptTime = createAdaptTime(deps);
  const submissions = createSubmitAttempt(deps);
  const starts = createStartAttempt({ ...deps, submissions, adjustmentOf: adaptTime.adjustmentOf });
  const shows = createShowAttempt({ ...deps, submissions, starts });
  const saves = createSaveAnswers({ ...deps, submissions });
  const { report, timeline } = createTimeline({ attempts, events: integrityEvents, clock });
  const sittings: Sittings = {
    startAttempt: starts.start,
    takeOverAttempt: starts.takeOver,
    attempt: shows.show,
    attemptPulse: shows.pulse,
    saveAnswer: saves.save,
    saveVouched: saves.saveVouched,
    openQuestion: saves.openQuestion,
    recalledOf: deps.answers.recalledOf,
    recallSittings: deps.answers.recall,
    saveForm: saves.saveForm,
    flagQuestion: saves.flag,
    submitAttempt: createHandIn(submissions),
    recordResult: submissions.recordResult,
    submitOverdue: submissions.submitOverdue,
    reportEvent: report,
    noteBypass: witness.bypass,
    timeline,
    adaptTime,
    oversight: createOverseeAttempts({ ...deps, submissions }),
  };
  return { sittings, starts };
};
