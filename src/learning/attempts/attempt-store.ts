import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type {
  Attempt,
  AttemptState,
  ClosedAttempt,
  Credit,
  OpenAttempt,
  Sitting,
  SubmittedAttempt,
} from './attempt.ts';

/** `accountId` and `enrolmentId` are missing once the candidate was erased; `answers` once they were old enough. */
type AttemptDocument = Omit<OpenAttempt, 'id' | 'state'> & {
  _id: string;
  state: AttemptState;
  submittedAt?: Date;
  submittedBy?: SubmittedAttempt['submittedBy'];
  result?: unknown;
  pendingSlots?: number[];
  review?: unknown;
  answersRemovedAt?: Date;
  /** The language of the page that it was last seen in. */
  language?: string;
  /** Results before they were changed, oldest first. */
  regrades?: readonly { at: Date; points: number; passed: boolean }[];
};

const { Mixed } = mongoose.Schema.Types;

const states = [
  'in_progress',
  'submitted',
  'abandoned',
  'needs_grading',
  'graded',
  'under_review',
  'confirmed',
  'invalidated',
  'appealed',
] as const satisfies readonly AttemptState[];

const schema = new mongoose.Schema<AttemptDocument>(
  {
    _id: { type: String, required: true },
    accountId: String,
    enrolmentId: String,
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    activityId: { type: String, required: true },
    number: { type: Number, required: true },
    seed: String,
    state: { type: String, enum: states, required: true },
    items: { type: [Mixed], required: true },
    navigation: String,
    startedAt: { type: Date, required: true },
    time: { type: Mixed },
    deadlineAt: { type: Date, required: true },
    closesAt: { type: Date, required: true },
    acceptedAt: Date,
    statementVersion: Number,
    nameConfirmedAt: Date,
    sitting: { type: Mixed },
    answers: { type: Mixed },
    seq: Number,
    saves: { type: [Mixed], default: undefined },
    flagged: { type: [Number], default: undefined },
    position: Number,
    revision: { type: Number, required: true },
    submittedAt: Date,
    submittedBy: { type: String, enum: ['candidate', 'timer', 'staff'] },
    result: { type: Mixed },
    pendingSlots: { type: [Number], default: undefined },
    review: { type: Mixed },
    answersRemovedAt: Date,
    language: String,
    regrades: { type: [Mixed] as never, default: undefined },
  },
  { collection: 'attempts', versionKey: false, minimize: false },
)
  // Two starts at once give one attempt.
  .index(
    { enrolmentId: 1, activityId: 1 },
    {
      name: 'one_open_attempt',
      unique: true,
      partialFilterExpression: { state: 'in_progress', enrolmentId: { $exists: true } },
    },
  )
  .index(
    { enrolmentId: 1, activityId: 1, number: 1 },
    { unique: true, partialFilterExpression: { enrolmentId: { $exists: true } } },
  )
  .index({ accountId: 1 })
  .index({ state: 1, closesAt: 1 })
  .index({ courseId: 1, activityId: 1, state: 1 })
  .index({ submittedAt: 1 }, { sparse: true });
addOutbox(schema);

const toAttempt = (document: AttemptDocument & { outbox?: unknown }): Attempt => {
  const { _id, outbox: _outbox, answersRemovedAt: _removed, ...fields } = document;
  return { id: _id, ...fields, answers: fields.answers ?? {} } as Attempt;
};

const withoutOutbox = { outbox: 0 } as const;

export const attemptModel = (connection: Connection): mongoose.Model<AttemptDocument> =>
  (connection.models.Attempt as mongoose.Model<AttemptDocument> | undefined) ??
  connection.model<AttemptDocument>('Attempt', schema);

/** Attempts with their frozen form and answers, one document each; saves have a store of their own. */
export const createAttemptStore = (connection: Connection, outbox: Outbox) => {
  const attempts = attemptModel(connection);
  outbox.watch(attempts as never);

  const findOne = async (filter: object): Promise<Attempt | undefined> => {
    const found = await attempts.findOne(filter, withoutOutbox).lean();
    return found ? toAttempt(found as never) : undefined;
  };

  const list = async (filter: object, sort: Record<string, 1 | -1>, limit = 0): Promise<Attempt[]> => {
    const found = await attempts.find(filter, withoutOutbox).sort(sort).limit(limit).lean();
    return found.map((one) => toAttempt(one as never));
  };

  /** Closes an open attempt when `filter` still holds, and answers it with every answer that came before. */
  const close = async (
    filter: object,
    fields: Pick<SubmittedAttempt, 'submittedAt' | 'submittedBy'>,
    event: EventRecord,
  ): Promise<SubmittedAttempt | undefined> => {
    const closed = await attempts
      .findOneAndUpdate(
        { ...filter, state: 'in_progress' },
        { $set: { state: 'submitted', ...fields }, $inc: { revision: 1 }, ...carrying(event) },
        { returnDocument: 'after', projection: withoutOutbox },
      )
      .lean();
    return closed ? (toAttempt(closed as never) as SubmittedAttempt) : undefined;
  };

  return {
    byId: (id: string) => findOne({ _id: id }),
    ofAccount: (accountId: string, id: string) => findOne({ _id: id, accountId }),
    /** Oldest first. */
    ofTest: (enrolmentId: string, activityId: string) => list({ enrolmentId, activityId }, { number: 1 }),
    /** Oldest first. */
    ofEnrolment: (enrolmentId: string) => list({ enrolmentId }, { startedAt: 1 }),
    madeBy: (accountId: string) => list({ accountId }, { startedAt: 1 }),
    openOf: (accountId: string) =>
      list({ accountId, state: 'in_progress' }, { startedAt: 1 }) as Promise<OpenAttempt[]>,

    /** Open attempts, those that close first coming first; of one test when it is named. */
    open: (test: { courseId?: string; activityId?: string }, limit: number) =>
      list({ ...test, state: 'in_progress' }, { closesAt: 1 }, limit) as Promise<OpenAttempt[]>,

    /** Answers false when another attempt at this test is open, or has taken this number. */
    insert: async ({ id, ...fields }: OpenAttempt): Promise<boolean> => {
      try {
        await attempts.create({ _id: id, ...fields } as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    /** The candidate hands in, from the window that holds the attempt and before it closes. */
    closeByCandidate: ({ id, sitting }: { id: string; sitting: string }, now: Date, event: EventRecord) =>
      close(
        { _id: id, 'sitting.id': sitting, closesAt: mongoose.trusted({ $gte: now }) },
        { submittedAt: now, submittedBy: 'candidate' },
        event,
      ),

    /** The timer closes it, unless its deadline has moved since it was read. */
    closeByTimer: ({ id, deadlineAt, closesAt }: OpenAttempt, event: EventRecord) =>
      close({ _id: id, deadlineAt, closesAt }, { submittedAt: deadlineAt, submittedBy: 'timer' }, event),

    /** Moves a closed attempt on, unless somebody else has. The events ride in the same update. */
    move: async (from: ClosedAttempt, to: ClosedAttempt, ...events: EventRecord[]): Promise<boolean> => {
      const { state } = to;
      const fields = {
        ...('result' in to ? { result: to.result } : {}),
        ...('review' in to && to.review ? { review: to.review } : {}),
        ...('pendingSlots' in to ? { pendingSlots: to.pendingSlots } : {}),
      };
      const changed = await attempts.updateOne(
        { _id: from.id, state: from.state, revision: from.revision },
        {
          $set: { state, ...fields },
          $inc: { revision: 1 },
          ...('pendingSlots' in to ? {} : { $unset: { pendingSlots: 1 } }),
          ...(events.length > 0 ? carrying(...events) : {}),
        },
      );
      return changed.modifiedCount === 1;
    },

    /**
     * Another window takes the attempt over. Answers false when it is closed. `recalled` goes on from where it stood: a
     * number that comes again would bring back what was void.
     */
    takeOver: async (
      accountId: string,
      id: string,
      { id: window, since }: Pick<Sitting, 'id' | 'since'>,
    ): Promise<boolean> => {
      const changed = await attempts.updateOne(
        { _id: id, accountId, state: 'in_progress' },
        {
          $set: { 'sitting.id': window, 'sitting.since': since },
          $inc: { 'sitting.recalled': 1, revision: 1 },
        },
      );
      return changed.modifiedCount === 1;
    },

    /** Gives an open attempt another end, unless it closed or its end was moved since it was read. */
    retime: async (
      before: OpenAttempt,
      { time, deadlineAt, closesAt }: Pick<OpenAttempt, 'time' | 'deadlineAt' | 'closesAt'>,
    ): Promise<boolean> => {
      const credits: readonly Credit[] = before.time.credits;
      const changed = await attempts.updateOne(
        {
          _id: before.id,
          state: 'in_progress',
          deadlineAt: before.deadlineAt,
          'time.credits': mongoose.trusted({ $size: credits.length }),
        },
        { $set: { time, deadlineAt, closesAt }, $inc: { revision: 1 } },
      );
      return changed.matchedCount === 1;
    },

    overdue: (now: Date, limit: number) =>
      list(
        { state: 'in_progress', closesAt: mongoose.trusted({ $lt: now }) },
        { closesAt: 1 },
        limit,
      ) as Promise<OpenAttempt[]>,

    countOf: (accountId: string): Promise<number> => attempts.countDocuments({ accountId }),

    /** Results stay for the statistics of the questions, without anything that leads to the person. */
    anonymise: async (accountId: string, now: Date): Promise<number> => {
      const open = await attempts.deleteMany({ accountId, state: 'in_progress' });
      const closed = await attempts.updateMany(
        { accountId },
        {
          $unset: {
            accountId: 1,
            enrolmentId: 1,
            answers: 1,
            saves: 1,
            flagged: 1,
            sitting: 1,
            time: 1,
            review: 1,
            acceptedAt: 1,
            nameConfirmedAt: 1,
            outbox: 1,
          },
          $set: { answersRemovedAt: now },
        },
      );
      return open.deletedCount + closed.modifiedCount;
    },

    /** Removes the answers of attempts that closed before; scores stay. */
    forgetAnswers: async (before: Date, now: Date): Promise<number> => {
      const changed = await attempts.updateMany(
        {
          submittedAt: mongoose.trusted({ $lt: before }),
          answers: mongoose.trusted({ $exists: true }),
        },
        { $unset: { answers: 1, saves: 1, flagged: 1 }, $set: { answersRemovedAt: now } },
      );
      return changed.modifiedCount;
    },
  };
};

export type AttemptStore = ReturnType<typeof createAttemptStore>;
