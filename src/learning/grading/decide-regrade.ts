import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { type FieldFault, invalid, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import type { QuestionSource } from '../attempts/draw-form.ts';
import type { Result } from '../attempts/grade-attempt.ts';
import { questionsById } from '../course.ts';
import type { Question } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import type { ClosedAttempt, ClosedAttemptStore } from './closed-attempt-store.ts';
import { RegradeDecided, ResultChanged } from './events.ts';
import {
  type Impact,
  type ItemChange,
  isSameResult,
  isSameScore,
  noImpact,
  type Regrade,
  regraded,
  withImpact,
} from './regrade.ts';
import type { RegradeStore } from './regrade-store.ts';

type Deps = {
  closed: ClosedAttemptStore;
  regrades: RegradeStore;
  courses: CourseStore;
  questions: QuestionSource;
  clock: Clock;
  outbox: Outbox;
};

export type RegradeRequest = {
  /** Made by the form: the same form sent twice decides once. */
  id: string;
  courseId: string;
  questionId: string;
  change: ItemChange;
  by: string;
  reason: string;
};

const chunk = 200;

/** Decisions about questions that were wrong: looked at beforehand, carried out by a job that can be cut anywhere. */
export const createRegrades = ({ closed, regrades, courses, questions, clock, outbox }: Deps) => {
  const questionsOf = async (attempt: ClosedAttempt): Promise<ReadonlyMap<string, Question>> => {
    const course = await courses.version(attempt.courseId, attempt.courseVersion);
    return course ? questions.ofForm(course, attempt.items) : new Map();
  };

  type Decisions = readonly Pick<Regrade, 'questionId' | 'change'>[];

  const resultUnder = async (attempt: ClosedAttempt, decisions: Decisions): Promise<Result> =>
    regraded(attempt, attempt.result, decisions, await questionsOf(attempt));

  /** Grades one attempt anew by what is in force; a result that somebody else changed meanwhile is looked at again. */
  const apply = async (attemptId: string): Promise<void> => {
    for (;;) {
      const attempt = await closed.byId(attemptId);
      if (!attempt) return;
      const after = await resultUnder(attempt, await regrades.inForce(attempt.courseId));
      if (isSameResult(attempt.result, after)) return;
      const { accountId } = attempt;
      const newPass = !attempt.result.passed && after.passed;
      const newScore = !isSameScore(attempt.result, after);
      const told = accountId ? { accountId } : {};
      const about = { attemptId, newPass, newScore, cause: 'regrade' as const, ...told };
      if (await closed.replaceResult(attempt, after, eventOf(ResultChanged, about, clock.now()))) return;
    }
  };

  /** @throws DomainError `invalid-input` when the question has no such key */
  const assertFits = (question: Question, change: ItemChange): void => {
    const fault = (pointer: string, code: string): FieldFault => ({ pointer, code });
    if (change.kind === 'number' && question.kind !== 'numeric')
      throw invalid([fault('/change', 'not-an-option')]);
    if (change.kind !== 'key') return;
    if (question.kind !== 'choice' && question.kind !== 'multiple')
      throw invalid([fault('/change', 'not-an-option')]);
    const ids = question.options.map(({ id }) => id);
    if (change.correct.length === 0) throw invalid([fault('/correct', 'must-choose')]);
    if (change.correct.some((id) => !ids.includes(id))) throw invalid([fault('/correct', 'not-an-option')]);
  };

  return {
    find: async (id: string): Promise<Regrade> => {
      const found = await regrades.byId(id);
      if (!found) throw notFound();
      return found;
    },
    newest: () => regrades.newest(100),

    /** A question of the course as it is offered now, or as it was when it was last asked. @throws DomainError `not-found` */
    question: async (courseId: string, questionId: string): Promise<Question> => {
      const course = await courses.current(courseId);
      const found = course && questionsById(course).get(questionId);
      if (found) return found;
      const [asked] = await closed.withQuestion(courseId, questionId, '', 1);
      const old = asked && (await questionsOf(asked)).get(questionId);
      if (!old) throw notFound();
      return old;
    },

    /** What would change, without changing it. */
    preview: async ({
      courseId,
      questionId,
      change,
    }: Pick<RegradeRequest, 'courseId' | 'questionId' | 'change'>): Promise<Impact> => {
      const decisions = [...(await regrades.inForce(courseId)), { questionId, change }];
      let impact = noImpact;
      let after = '';
      for (;;) {
        const found = await closed.withQuestion(courseId, questionId, after, chunk);
        for (const attempt of found) {
          impact = withImpact(impact, attempt.result, await resultUnder(attempt, decisions));
        }
        const last = found.at(-1);
        if (!last || found.length < chunk) return impact;
        after = last.id;
      }
    },

    /** Decides; a job carries it out. @throws DomainError `invalid-input` */
    decide: async (request: RegradeRequest & { question: Question }): Promise<void> => {
      const { question, id, courseId, questionId, change, by, reason } = request;
      assertFits(question, change);
      const at = clock.now();
      const total = await closed.countWithQuestion(courseId, questionId);
      const regrade: Regrade = {
        id,
        courseId,
        questionId,
        change,
        by,
        reason,
        at,
        state: 'running',
        total,
        looked: 0,
        after: '',
      };
      const event = eventOf(RegradeDecided, { regradeId: id, by, reason: change.kind }, at);
      if (await regrades.insert(regrade, event)) outbox.poke();
    },

    /** The reaction to `RegradeDecided`: goes on where it was cut off. */
    carryOut: async (regradeId: string): Promise<void> => {
      for (;;) {
        const regrade = await regrades.byId(regradeId);
        if (!regrade || regrade.state === 'done') return;
        const { courseId, questionId, after } = regrade;
        const found = await closed.withQuestion(courseId, questionId, after, chunk);
        for (const { id } of found) await apply(id);
        outbox.poke();
        const last = found.at(-1);
        if (last) await regrades.advance(regradeId, after, { after: last.id, looked: found.length });
        if (!last || found.length < chunk) return regrades.finish(regradeId, clock.now());
      }
    },

    /** An attempt that was graded while something was decided: graded anew by all that is in force. */
    apply,

    /** The result of an attempt that is closing, by what is in force. */
    underDecisions: async (
      attempt: Pick<ClosedAttempt, 'items' | 'answers' | 'courseId'>,
      result: Result,
      asked: ReadonlyMap<string, Question>,
    ): Promise<Result> => {
      const decisions = await regrades.inForce(attempt.courseId);
      // Nobody has been told of a pass yet, so none has to be kept.
      return decisions.length === 0
        ? result
        : regraded(attempt, { ...result, passed: false }, decisions, asked);
    },

    assertFits,
  };
};

export type Regrades = ReturnType<typeof createRegrades>;
