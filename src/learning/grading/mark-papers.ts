import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, type FieldFault, invalid, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import type { Localised } from '../../platform/i18n.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import type { QuestionSource } from '../attempts/draw-form.ts';
import type { ItemResult } from '../attempts/grade-attempt.ts';
import { gradeByHand } from '../attempts/transitions.ts';
import { stepOf } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { candidateNumber } from './candidate-number.ts';
import { PaperMarked, ResultChanged } from './events.ts';
import {
  assertMayMark,
  defaultThreshold,
  isMarked,
  leaseFrom,
  type Marking,
  mark,
  markersNeeded,
  markingDays,
  type Paper,
  pointsOf,
} from './paper.ts';
import type { PaperStore } from './paper-store.ts';
import { resultOfItems } from './regrade.ts';

type Deps = {
  papers: PaperStore;
  attempts: Pick<AttemptStore, 'byId' | 'move'>;
  courses: CourseStore;
  questions: QuestionSource;
  clock: Clock;
  outbox: Outbox;
};

/** A line of the queue: nothing in it leads to a person, and nothing says how others have marked. */
export type WaitingPaper = {
  attemptId: string;
  candidate: string;
  courseTitle: Localised;
  questions: number;
  dueAt: Date;
  /** Marks given, of those that are needed. */
  given: number;
  needed: number;
  standing: 'free' | 'yours' | 'taken' | 'done-by-you' | 'not-yours';
};

/** One answer to be marked. `guide` is what a good answer says, for the examiner. */
export type PaperAnswer = {
  slot: number;
  maxPoints: number;
  prompt: Localised;
  guide?: Localised;
  text: string;
};

export type OpenPaper = {
  attemptId: string;
  candidate: string;
  courseTitle: Localised;
  until: Date;
  answers: readonly PaperAnswer[];
};

export type MarkRequest = { attemptId: string; by: string } & Pick<Marking, 'points' | 'comments'>;

const daysAfter = (date: Date, days: number): Date => new Date(date.getTime() + days * 86_400_000);

/** Marking by people, who know neither the candidate nor each other's marks. */
export const createMarkPapers = ({ papers, attempts, courses, questions: source, clock, outbox }: Deps) => {
  const pinned = async ({
    courseId,
    courseVersion,
  }: Pick<Paper, 'courseId' | 'courseVersion'>): Promise<CourseContent> => {
    const course = await courses.version(courseId, courseVersion);
    if (!course) throw new Error(`course ${courseId}@${courseVersion} is gone`);
    return course;
  };

  const find = async (attemptId: string): Promise<Paper> => {
    const found = await papers.byId(attemptId);
    if (!found) throw notFound();
    return found;
  };

  const isOwn = async ({ attemptId }: Paper, by: string): Promise<boolean> =>
    (await attempts.byId(attemptId))?.accountId === by;

  const standingOf = async (paper: Paper, by: string): Promise<WaitingPaper['standing']> => {
    if (paper.recused.includes(by) || (await isOwn(paper, by))) return 'not-yours';
    if (paper.markings.some((marking) => marking.by === by)) return 'done-by-you';
    if (!paper.lease || paper.lease.until <= clock.now()) return 'free';
    return paper.lease.by === by ? 'yours' : 'taken';
  };

  const lineOf = async (paper: Paper, by: string): Promise<WaitingPaper> => ({
    attemptId: paper.attemptId,
    candidate: candidateNumber(paper.attemptId),
    courseTitle: (await pinned(paper)).title,
    questions: paper.questions.length,
    dueAt: paper.dueAt,
    given: paper.markings.length,
    needed: markersNeeded(paper),
    standing: await standingOf(paper, by),
  });

  /** @throws DomainError `own-case`, `conflict-of-interest` (403), `already-marked`, `paper-taken` (409) */
  const take = async (attemptId: string, by: string): Promise<Paper> => {
    const paper = await find(attemptId);
    if (await isOwn(paper, by)) throw new DomainError('forbidden', 'own-case');
    const now = clock.now();
    assertMayMark(paper, by, now);
    const lease = leaseFrom(by, now);
    if (!(await papers.take(paper, lease, now))) throw new DomainError('conflict', 'paper-taken');
    return { ...paper, lease };
  };

  const faultsOf = (paper: Paper, { points }: Pick<Marking, 'points'>): FieldFault[] =>
    paper.questions.flatMap(({ slot, maxPoints }) => {
      const given = points[slot];
      const pointer = `/points${slot}`;
      if (given === undefined || Number.isNaN(given)) return [{ pointer, code: 'field-required' }];
      if (given < 0) return [{ pointer, code: 'too-small', params: { min: 0 } }];
      return given > maxPoints ? [{ pointer, code: 'too-big', params: { max: maxPoints } }] : [];
    });

  const answerText = (attempt: Attempt | undefined, slot: number): string => {
    const value = attempt?.answers[slot]?.value;
    return typeof value === 'string' ? value : '';
  };

  return {
    countWaiting: papers.countWaiting,

    /** What waits, the most urgent first. */
    queue: async (by: string): Promise<WaitingPaper[]> => {
      const lines: WaitingPaper[] = [];
      for (const paper of await papers.waiting(100)) lines.push(await lineOf(paper, by));
      return lines;
    },

    /** The most urgent paper that this examiner may take; nothing when there is none. Two at once get two papers. */
    takeNext: async (by: string): Promise<string | undefined> => {
      for (const paper of await papers.waiting(100)) {
        const standing = await standingOf(paper, by);
        if (standing !== 'free' && standing !== 'yours') continue;
        const now = clock.now();
        if (await papers.take(paper, leaseFrom(by, now), now)) return paper.attemptId;
      }
      return undefined;
    },

    /** Opens a paper and holds it for an hour. @throws as `take` */
    open: async (attemptId: string, by: string): Promise<OpenPaper> => {
      const paper = await take(attemptId, by);
      const course = await pinned(paper);
      const attempt = await attempts.byId(attemptId);
      const questions = await source.ofForm(course, attempt?.items ?? []);
      return {
        attemptId,
        candidate: candidateNumber(attemptId),
        courseTitle: course.title,
        until: paper.lease?.until ?? clock.now(),
        answers: paper.questions.map(({ slot, questionId, maxPoints }) => {
          const question = questions.get(questionId);
          const guide = question?.kind === 'extended-text' ? question.guide : undefined;
          return {
            slot,
            maxPoints,
            prompt: question?.prompt ?? { en: questionId, fr: questionId },
            text: answerText(attempt, slot),
            ...(guide ? { guide } : {}),
          };
        }),
      };
    },

    putBack: papers.putBack,

    /** Somebody recognises the candidate: the paper goes to others for good. */
    recuse: async (attemptId: string, by: string): Promise<void> => {
      await papers.recuse(attemptId, by);
      await papers.putBack(attemptId, by);
    },

    /** @throws DomainError `invalid-input` for points out of bounds; `paper-taken`, `already-marked` (409) */
    mark: async ({ attemptId, by, points, comments }: MarkRequest): Promise<void> => {
      const paper = await find(attemptId);
      const faults = faultsOf(paper, { points });
      if (faults.length > 0) throw invalid(faults);
      const marked = mark(paper, { by, at: clock.now(), points, comments });
      const event = eventOf(PaperMarked, { attemptId, by, complete: isMarked(marked) }, clock.now());
      if (!(await papers.addMarks(paper, marked, by, event)))
        throw new DomainError('conflict', 'paper-taken');
      outbox.poke();
    },

    /** A paper for an attempt that waits for a person. Safe to repeat. */
    prepare: async (attemptId: string): Promise<void> => {
      const attempt = await attempts.byId(attemptId);
      if (attempt?.state !== 'needs_grading') return;
      const { courseId, courseVersion, activityId } = attempt;
      const activity = stepOf(await pinned(attempt), activityId);
      const rules = activity?.kind === 'test' ? activity.test.marking : undefined;
      const pending = attempt.result.items.filter(({ slot }) => attempt.pendingSlots.includes(slot));
      const createdAt = clock.now();
      await papers.put({
        attemptId,
        courseId,
        courseVersion,
        activityId,
        questions: pending.map(({ slot, questionId, maxPoints }) => ({ slot, questionId, maxPoints })),
        markers: rules?.markers ?? 1,
        threshold: rules?.threshold ?? defaultThreshold,
        createdAt,
        dueAt: daysAfter(createdAt, markingDays),
        recused: [],
        markings: [],
        revision: 0,
      });
    },

    /** The reaction to the last mark: the attempt is graded. Safe to repeat; answers whether it is graded now. */
    apply: async (attemptId: string): Promise<void> => {
      const paper = await papers.byId(attemptId);
      const attempt = await attempts.byId(attemptId);
      if (!paper || !isMarked(paper) || attempt?.state !== 'needs_grading') return;
      const given = pointsOf(paper);
      const items = attempt.result.items.map((item): ItemResult => {
        const points = given.get(item.slot);
        if (points === undefined) return item;
        const { needsGrading: _needs, ...rest } = item;
        return { ...rest, points };
      });
      const result = resultOfItems(attempt.result, items);
      const graded = gradeByHand(attempt, result);
      const { accountId } = attempt;
      const about = {
        attemptId,
        newPass: result.passed,
        cause: 'marking' as const,
        ...(accountId ? { accountId } : {}),
      };
      await attempts.move(attempt, graded, eventOf(ResultChanged, about, clock.now()));
      outbox.poke();
    },
  };
};

export type MarkPapers = ReturnType<typeof createMarkPapers>;
