import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import {
  type Attempt,
  graceSeconds,
  type OpenAttempt,
  type SavedAnswer,
  type SubmittedAttempt,
} from './attempt.ts';

/** `accountId` and `enrolmentId` are missing once the candidate was erased; `answers` once they were old enough. */
type AttemptDocument = Omit<OpenAttempt, 'id' | 'state'> &
  Partial<Pick<SubmittedAttempt, 'submittedAt' | 'submittedBy' | 'result'>> & {
    _id: string;
    state: Attempt['state'];
    answersRemovedAt?: Date;
  };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<AttemptDocument>(
  {
    _id: { type: String, required: true },
    accountId: String,
    enrolmentId: String,
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    activityId: { type: String, required: true },
    number: { type: Number, required: true },
    state: { type: String, enum: ['in_progress', 'submitted'], required: true },
    items: { type: [Mixed], required: true },
    startedAt: { type: Date, required: true },
    deadlineAt: { type: Date, required: true },
    acceptedAt: Date,
    answers: { type: Mixed },
    revision: { type: Number, required: true },
    submittedAt: Date,
    submittedBy: { type: String, enum: ['candidate', 'timer'] },
    result: { type: Mixed },
    answersRemovedAt: Date,
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
  .index({ state: 1, deadlineAt: 1 })
  .index({ submittedAt: 1 }, { sparse: true });
addOutbox(schema);

const toAttempt = (document: AttemptDocument & { outbox?: unknown }): Attempt => {
  const { _id, outbox: _outbox, answersRemovedAt: _removed, ...fields } = document;
  return { id: _id, ...fields, answers: fields.answers ?? {} } as Attempt;
};

const withoutOutbox = { outbox: 0 } as const;

/** Attempts with their frozen form and answers, one document each. */
export const createAttemptStore = (connection: Connection, outbox: Outbox) => {
  const attempts = connection.model<AttemptDocument>('Attempt', schema);
  outbox.watch(attempts as never);

  const findOne = async (filter: object): Promise<Attempt | undefined> => {
    const found = await attempts.findOne(filter, withoutOutbox).lean();
    return found ? toAttempt(found as never) : undefined;
  };

  const list = async (filter: object, sort: Record<string, 1 | -1>, limit = 0): Promise<Attempt[]> => {
    const found = await attempts.find(filter, withoutOutbox).sort(sort).limit(limit).lean();
    return found.map((one) => toAttempt(one as never));
  };

  return {
    byId: (id: string) => findOne({ _id: id }),
    ofAccount: (accountId: string, id: string) => findOne({ _id: id, accountId }),
    /** Oldest first. */
    ofTest: (enrolmentId: string, activityId: string) => list({ enrolmentId, activityId }, { number: 1 }),
    madeBy: (accountId: string) => list({ accountId }, { startedAt: 1 }),

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

    /** Saves one answer unless a later one is there. Answers false when it was too late, in either sense. */
    saveNewer: async (id: string, slot: number, answer: SavedAnswer): Promise<boolean> => {
      const path = `answers.${slot}`;
      const oldest = new Date(answer.at.getTime() - graceSeconds * 1000);
      const changed = await attempts.updateOne(
        {
          _id: id,
          state: 'in_progress',
          deadlineAt: mongoose.trusted({ $gte: oldest }),
          $or: [
            { [path]: mongoose.trusted({ $exists: false }) },
            { [`${path}.seq`]: mongoose.trusted({ $lt: answer.seq }) },
          ],
        },
        { $set: { [path]: answer }, $inc: { revision: 1 } },
      );
      return changed.modifiedCount === 1;
    },

    /** Saves what a whole form says, all of it in one write. Answers false when the attempt is closed or over. */
    saveAll: async (id: string, answers: ReadonlyMap<number, SavedAnswer>, at: Date): Promise<boolean> => {
      const oldest = new Date(at.getTime() - graceSeconds * 1000);
      const changes = Object.fromEntries([...answers].map(([slot, answer]) => [`answers.${slot}`, answer]));
      const changed = await attempts.updateOne(
        { _id: id, state: 'in_progress', deadlineAt: mongoose.trusted({ $gte: oldest }) },
        { ...(answers.size > 0 ? { $set: changes } : {}), $inc: { revision: 1 } },
      );
      return changed.matchedCount === 1;
    },

    /** Closes it, if nothing was saved since it was graded and nobody else closed it. */
    close: async (attempt: SubmittedAttempt, event: EventRecord): Promise<boolean> => {
      const { id, revision, submittedAt, submittedBy, result } = attempt;
      const changed = await attempts.updateOne(
        { _id: id, state: 'in_progress', revision },
        { $set: { state: 'submitted', submittedAt, submittedBy, result }, ...carrying(event) },
      );
      return changed.modifiedCount === 1;
    },

    overdue: (now: Date, limit: number) =>
      list(
        {
          state: 'in_progress',
          deadlineAt: mongoose.trusted({ $lt: new Date(now.getTime() - graceSeconds * 1000) }),
        },
        { deadlineAt: 1 },
        limit,
      ) as Promise<OpenAttempt[]>,

    countOf: (accountId: string): Promise<number> => attempts.countDocuments({ accountId }),

    /** Results stay for the statistics of the questions, without anything that leads to the person. */
    anonymise: async (accountId: string, now: Date): Promise<number> => {
      const open = await attempts.deleteMany({ accountId, state: 'in_progress' });
      const closed = await attempts.updateMany(
        { accountId },
        {
          $unset: { accountId: 1, enrolmentId: 1, answers: 1, acceptedAt: 1, outbox: 1 },
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
        { $unset: { answers: 1 }, $set: { answersRemovedAt: now } },
      );
      return changed.modifiedCount;
    },
  };
};

export type AttemptStore = ReturnType<typeof createAttemptStore>;
