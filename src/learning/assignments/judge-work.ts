import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, invalid, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import type { Localised } from '../../platform/i18n.ts';
import { type AssignmentActivity, stepOf } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { candidateNumber } from '../grading/candidate-number.ts';
import { leaseFrom } from '../grading/paper.ts';
import type { AssignmentRules } from './assignment-rules.ts';
import type { WorkFile } from './do-assignment.ts';
import { AssignmentJudged } from './events.ts';
import type { WorkFileStore } from './file-store.ts';
import { handedMediaType } from './handed-file.ts';
import {
  type JudgementRequest,
  judgementFaults,
  judgementFor,
  type ReadVersion,
  readVersion,
} from './judgement.ts';
import type { RecordWork } from './record-work.ts';
import {
  assertMayJudge,
  isWaiting,
  type Judgement,
  judged,
  judgementOf,
  latest,
  mayReturn,
  type Work,
} from './work.ts';
import type { WorkStore } from './work-store.ts';
import { type JudgementView, withoutName } from './work-view.ts';

type Deps = {
  works: WorkStore;
  files: WorkFileStore;
  courses: CourseStore;
  recordWork: RecordWork;
  clock: Clock;
  outbox: Outbox;
};

/** A line of the queue: nothing in it leads to a person. */
export type WaitingWork = {
  workId: string;
  candidate: string;
  courseTitle: Localised;
  title: Localised;
  version: number;
  dueAt?: Date;
  secondLook: boolean;
  standing: 'free' | 'yours' | 'taken' | 'done-by-you' | 'not-yours';
};

/** One piece of work on the desk of an examiner. At a second look, the first is not shown. */
export type OpenWork = {
  workId: string;
  candidate: string;
  courseTitle: Localised;
  title: Localised;
  task: Localised;
  rules: AssignmentRules;
  until: Date;
  revision: number;
  version: ReadVersion;
  earlier: readonly ReadVersion[];
  mayReturn: boolean;
  appeal?: string;
};

/** `outdated`: somebody else has judged it, or has it on the desk by now; `now` is what they said, as far as they did. */
export type Judged = { outcome: 'written' } | { outcome: 'outdated'; now?: JudgementView };

/** Reading and marking by people, who do not know whose work it is. */
export const createJudgeWork = ({ works, files, courses, recordWork, clock, outbox }: Deps) => {
  const placeOf = async (work: Work): Promise<{ course: CourseContent; activity: AssignmentActivity }> => {
    const course = await courses.version(work.courseId, work.courseVersion);
    const activity = course && stepOf(course, work.activityId);
    if (!course || activity?.kind !== 'assignment')
      throw new Error(`assignment ${work.courseId}@${work.courseVersion}/${work.activityId} is gone`);
    return { course, activity };
  };

  const find = async (workId: string): Promise<Work> => {
    const work = await works.byId(workId);
    if (!work || work.versions.length === 0) throw notFound();
    return work;
  };

  const standingOf = (work: Work, by: string): WaitingWork['standing'] => {
    if (work.accountId === by || work.recused.includes(by)) return 'not-yours';
    if (latest(work)?.judgements.some((one) => one.by === by)) return 'done-by-you';
    if (!work.lease || work.lease.until <= clock.now()) return 'free';
    return work.lease.by === by ? 'yours' : 'taken';
  };

  const lineOf = async (work: Work, by: string): Promise<WaitingWork> => {
    const { course, activity } = await placeOf(work);
    return {
      workId: work.id,
      candidate: candidateNumber(work.id),
      courseTitle: course.title,
      title: activity.title,
      version: work.versions.length,
      ...(work.dueAt ? { dueAt: work.dueAt } : {}),
      secondLook: work.state === 'appealed',
      standing: standingOf(work, by),
    };
  };

  /** @throws as `open` */
  const take = async (workId: string, by: string): Promise<Work> => {
    const work = await find(workId);
    const now = clock.now();
    assertMayJudge(work, by, now);
    const lease = leaseFrom(by, now);
    if (!(await works.take(work, lease, now))) throw new DomainError('conflict', 'paper-taken');
    return { ...work, lease };
  };

  const outdated = (work: Work): Judged => {
    const said = isWaiting(work) ? undefined : judgementOf(latest(work));
    return { outcome: 'outdated', ...(said ? { now: withoutName(said) } : {}) };
  };

  /** A second click: the same words by the same hand. */
  const isRepeated = (work: Work, { by, remark, seenRevision }: JudgementRequest): boolean => {
    const last = judgementOf(latest(work));
    return last?.by === by && last.remark === remark && work.revision === seenRevision + 1;
  };

  return {
    countWaiting: works.countWaiting,

    /** What waits, the most urgent first. */
    queue: async (by: string): Promise<WaitingWork[]> => {
      const lines: WaitingWork[] = [];
      for (const work of await works.waiting(100)) lines.push(await lineOf(work, by));
      return lines;
    },

    /** The most urgent that this examiner may take; nothing when there is none. Two at once get two. */
    takeNext: async (by: string): Promise<string | undefined> => {
      for (const work of await works.waiting(100)) {
        if (!['free', 'yours'].includes(standingOf(work, by))) continue;
        const now = clock.now();
        if (await works.take(work, leaseFrom(by, now), now)) return work.id;
      }
      return undefined;
    },

    /**
     * Opens one and holds it for an hour.
     * @throws DomainError `not-found`; `own-case`, `conflict-of-interest` (403); `already-marked`, `paper-taken` (409)
     */
    open: async (workId: string, by: string): Promise<OpenWork> => {
      const work = await take(workId, by);
      const { course, activity } = await placeOf(work);
      const [current, ...earlier] = [...work.versions].reverse();
      if (!current) throw notFound();
      const { judgement: _first, ...version } = readVersion(current);
      return {
        workId,
        candidate: candidateNumber(workId),
        courseTitle: course.title,
        title: activity.title,
        task: activity.body,
        rules: activity.assignment,
        until: work.lease?.until ?? clock.now(),
        revision: work.revision,
        version,
        earlier: earlier.map(readVersion),
        mayReturn: mayReturn(work, activity.assignment),
        ...(current.appeal ? { appeal: current.appeal.text } : {}),
      };
    },

    putBack: works.putBack,

    /** Somebody recognises the learner: the work goes to others for good. */
    recuse: async (workId: string, by: string): Promise<void> => {
      await works.recuse(workId, by);
      await works.putBack(workId, by);
    },

    /** The rules by which a work is marked, also for who has lost it. @throws DomainError `not-found` */
    rulesOf: async (workId: string): Promise<AssignmentRules> =>
      (await placeOf(await find(workId))).activity.assignment,

    /**
     * Says what it is worth, or returns it for revision.
     * @throws DomainError `invalid-input`; `own-case`, `conflict-of-interest` (403); `not-returnable` (409)
     */
    judge: async (request: JudgementRequest): Promise<Judged> => {
      const { workId, by, seenRevision, decision } = request;
      const work = await find(workId);
      if (work.accountId === by) throw new DomainError('forbidden', 'own-case');
      if (work.recused.includes(by)) throw new DomainError('forbidden', 'conflict-of-interest');
      const { assignment: rules } = (await placeOf(work)).activity;
      const faults = judgementFaults(request, rules);
      if (faults.length > 0) throw invalid(faults);
      if (isRepeated(work, request)) return { outcome: 'written' };
      if (work.revision !== seenRevision || !isWaiting(work)) return outdated(work);
      if (decision === 'return' && !mayReturn(work, rules))
        throw new DomainError('conflict', 'not-returnable');
      if (work.lease && work.lease.by !== by && work.lease.until > clock.now()) return outdated(work);
      assertMayJudge(work, by, clock.now());
      const next = judged(work, judgementFor(request, rules, clock.now()));
      const { enrolmentId, accountId } = work;
      const about = { workId, enrolmentId, accountId, version: next.versions.length, by };
      const outcome = next.state as Judgement['outcome'];
      const event = eventOf(AssignmentJudged, { ...about, outcome }, clock.now());
      if (!(await works.judge(next, by, event))) {
        const now = await find(workId);
        return isRepeated(now, request) ? { outcome: 'written' } : outdated(now);
      }
      outbox.poke();
      await recordWork(workId);
      return { outcome: 'written' };
    },

    /** A file of a version, for the examiner who has the work on the desk. @throws DomainError `not-found` */
    openFile: async (workId: string, fileId: string, by: string): Promise<WorkFile> => {
      const work = await find(workId);
      const file = work.versions.find((version) => version.file?.id === fileId)?.file;
      const isOnDesk = work.lease?.by === by && work.lease.until > clock.now();
      const bytes = file && isOnDesk ? await files.read(fileId) : undefined;
      if (!file || !bytes) throw notFound();
      const number = candidateNumber(workId).replace(' ', '-');
      return { name: `candidate-${number}.${file.kind}`, mediaType: handedMediaType(file.kind), bytes };
    },
  };
};

export type JudgeWork = ReturnType<typeof createJudgeWork>;
