import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { Language } from '../../platform/i18n.ts';
import type { WorkState } from '../assignments/work.ts';
import type { ActiveEnrolment, CompletedEnrolment, CourseResult, Enrolment, Renewal } from './enrolment.ts';
import type { ActivityStatus, Progress } from './progress.ts';

type EnrolmentDocument = {
  _id: string;
  accountId: string;
  courseId: string;
  courseVersion: number;
  state: Enrolment['state'];
  /** Present while the enrolment gives access; the unique index counts only these. */
  open?: true;
  enrolledAt: Date;
  orderId?: string;
  repeatedOrders: string[];
  renews?: string;
  renewal?: Renewal;
  progress: Progress;
  lastActivityId?: string;
  completedAt?: Date;
  language?: Language;
  result?: CourseResult;
  withdrawnAt?: Date;
  reason?: string;
};

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<EnrolmentDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    state: { type: String, enum: ['active', 'completed', 'withdrawn'], required: true },
    open: Boolean,
    enrolledAt: { type: Date, required: true },
    orderId: String,
    repeatedOrders: { type: [String], required: true },
    renews: String,
    renewal: { type: Mixed },
    progress: { type: Mixed, required: true },
    lastActivityId: String,
    completedAt: Date,
    language: String,
    result: { type: Mixed },
    withdrawnAt: Date,
    reason: String,
  },
  { collection: 'enrolments', versionKey: false, minimize: false },
)
  // One open enrolment per person and course, whoever asks at once.
  .index({ accountId: 1, courseId: 1 }, { unique: true, partialFilterExpression: { open: true } })
  // The other index holds only open ones, so a person's list needs its own.
  .index({ accountId: 1, enrolledAt: -1 })
  .index({ courseId: 1, enrolledAt: 1 })
  .index({ 'renewal.orderId': 1 }, { sparse: true })
  // One order opens a course once, however often its event is delivered.
  .index(
    { orderId: 1, courseId: 1 },
    { unique: true, partialFilterExpression: { orderId: { $exists: true } } },
  );
addOutbox(schema);

const toEnrolment = (document: EnrolmentDocument & { outbox?: unknown }): Enrolment => {
  const { _id, open: _open, outbox: _outbox, ...fields } = document;
  return { id: _id, ...fields } as Enrolment;
};

const toDocument = ({ id, ...fields }: ActiveEnrolment, event: EventRecord) => ({
  _id: id,
  ...fields,
  open: true,
  outbox: [event],
});

/** Statuses that nothing takes back. */
const done: readonly ActivityStatus[] = ['completed', 'passed'];

type Step = { id: string; activityId: string; at: Date };
type WorkStep = Step & { state: WorkState; revision: number };
type Outcome = Step & { status: ActivityStatus; score?: number };

/** Enrolments with the progress inside: one document, so that each step is one write. */
export const createEnrolmentStore = (connection: Connection, outbox: Outbox) => {
  const enrolments = connection.model<EnrolmentDocument>('Enrolment', schema);
  outbox.watch(enrolments as never);

  const findOne = async (filter: object): Promise<Enrolment | undefined> => {
    const found = await enrolments.findOne(filter, { outbox: 0 }).lean();
    return found ? toEnrolment(found) : undefined;
  };

  return {
    byId: (id: string) => findOne({ _id: id }),
    ofAccount: (accountId: string, id: string) => findOne({ _id: id, accountId }),
    /** Whether it gives access: the short question of every save during a test. */
    isOpen: async (id: string, accountId: string): Promise<boolean> =>
      (await enrolments.findOne({ _id: id, accountId, open: true }, { _id: 1 }).lean()) !== null,
    /** The same question, for whoever asks it together with another. */
    openQuestion: (id: string, accountId: string) => ({
      collection: enrolments.collection.collectionName,
      id,
      holds: (found: { accountId?: unknown; open?: unknown }): boolean =>
        found.accountId === accountId && found.open === true,
    }),
    openFor: (accountId: string, courseId: string) => findOne({ accountId, courseId, open: true }),
    openedBy: (orderId: string, courseId: string) => findOne({ orderId, courseId }),
    /** The completed enrolment that has made room for what this order paid. */
    renewedBy: (orderId: string, courseId: string) => findOne({ courseId, 'renewal.orderId': orderId }),

    heldBy: async (accountId: string): Promise<Enrolment[]> => {
      const found = await enrolments.find({ accountId }, { outbox: 0 }).sort({ enrolledAt: -1 }).lean();
      return found.map(toEnrolment);
    },

    /** The courses that a person has completed. */
    completedBy: async (accountId: string): Promise<ReadonlySet<string>> =>
      new Set(await enrolments.distinct('courseId', { accountId, state: 'completed' })),

    /** Everybody who was enrolled in a course before that moment. */
    ofCourse: async function* (courseId: string, before: Date): AsyncGenerator<Enrolment> {
      const filter = { courseId, enrolledAt: mongoose.trusted({ $lt: before }) };
      for await (const found of enrolments
        .find(filter, { outbox: 0 })
        .sort({ enrolledAt: 1 })
        .lean()
        .cursor())
        yield toEnrolment(found as EnrolmentDocument);
    },

    paidBy: async (orderId: string): Promise<Enrolment[]> => {
      const found = await enrolments.find({ orderId }, { outbox: 0 }).lean();
      return found.map(toEnrolment);
    },

    /** Answers false when the person has this course open already, or this order has opened it. */
    insert: async (enrolment: ActiveEnrolment, event: EventRecord): Promise<boolean> => {
      try {
        await enrolments.create(toDocument(enrolment, event) as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    /** Notes that an activity was opened. */
    visit: async ({ id, activityId, at }: Step): Promise<void> => {
      const path = `progress.${activityId}`;
      const first = await enrolments.updateOne(
        { _id: id, open: true, [path]: mongoose.trusted({ $exists: false }) },
        { $set: { [path]: { status: 'incomplete', firstAt: at, lastAt: at }, lastActivityId: activityId } },
      );
      if (first.matchedCount === 1) return;
      await enrolments.updateOne(
        { _id: id, open: true },
        { $set: { [`${path}.lastAt`]: at, lastActivityId: activityId } },
      );
    },

    /** Notes the outcome of an activity. The best score stays, and nothing undoes what is done. */
    record: async ({ id, activityId, at, status, score }: Outcome): Promise<void> => {
      const path = `progress.${activityId}`;
      const unlessDone = done.includes(status)
        ? {}
        : { [`${path}.status`]: mongoose.trusted({ $nin: done }) };
      await enrolments.updateOne(
        { _id: id, open: true, ...unlessDone },
        {
          $set: { [`${path}.status`]: status, [`${path}.lastAt`]: at, lastActivityId: activityId },
          $min: { [`${path}.firstAt`]: at },
          ...(score === undefined ? {} : { $max: { [`${path}.score`]: score } }),
        },
      );
    },

    /** Notes where the work on an assignment stands, unless a later revision is noted already. */
    noteWork: async ({ id, activityId, at, ...work }: WorkStep): Promise<void> => {
      const path = `progress.${activityId}`;
      const older = [
        { [`${path}.work`]: mongoose.trusted({ $exists: false }) },
        { [`${path}.work.revision`]: mongoose.trusted({ $lt: work.revision }) },
      ];
      await enrolments.updateOne(
        { _id: id, open: true, [path]: mongoose.trusted({ $exists: false }) },
        { $set: { [path]: { status: 'incomplete', firstAt: at, lastAt: at } } },
      );
      await enrolments.updateOne({ _id: id, open: true, $or: older }, { $set: { [`${path}.work`]: work } });
    },

    /** Completes it once; answers false when it is not active any more. The event rides in the same update. */
    complete: async (completed: CompletedEnrolment, event: EventRecord): Promise<boolean> => {
      const { id, completedAt, language, result } = completed;
      const changed = await enrolments.updateOne(
        { _id: id, state: 'active' },
        {
          $set: { state: 'completed', completedAt, language, ...(result ? { result } : {}) },
          ...carrying(event),
        },
      );
      return changed.modifiedCount === 1;
    },

    /**
     * Makes room for the enrolment that renews a completed one; answers false when that was done before. `instead`: a
     * renewal that was withdrawn, in whose place this one comes. The event rides in the same update.
     */
    makeRoom: async (
      id: string,
      renewal: Renewal,
      event: EventRecord,
      instead?: string,
    ): Promise<boolean> => {
      const room = [{ open: true }, ...(instead ? [{ 'renewal.enrolmentId': instead }] : [])];
      const changed = await enrolments.updateOne({ _id: id, state: 'completed', $or: room } as never, {
        $set: { renewal },
        $unset: { open: 1 },
        ...carrying(event),
      });
      return changed.modifiedCount === 1;
    },

    /** An enrolment that was opened some other way while room was being made counts as the renewal. */
    adopt: async (accountId: string, courseId: string, renews: string): Promise<void> => {
      await enrolments.updateOne(
        { accountId, courseId, open: true, state: 'active', renews: mongoose.trusted({ $exists: false }) },
        { $set: { renews } },
      );
    },

    /** Ends the access of an active enrolment that no other order pays for; a completed one stays as it is. */
    withdraw: async (
      id: string,
      { orderId, at, reason }: { orderId: string; at: Date; reason: string },
      event: EventRecord,
    ): Promise<boolean> => {
      const changed = await enrolments.updateOne(
        { _id: id, orderId, state: 'active', repeatedOrders: mongoose.trusted({ $size: 0 }) },
        {
          $set: { state: 'withdrawn', withdrawnAt: at, reason },
          $unset: { open: 1 },
          ...carrying(event),
        },
      );
      return changed.modifiedCount === 1;
    },

    /** Notes an order for a course that is open already; answers false when it was noted before, or is closed by now. */
    noteRepeatedOrder: async (id: string, orderId: string, event: EventRecord): Promise<boolean> => {
      const changed = await enrolments.updateOne(
        { _id: id, open: true, repeatedOrders: mongoose.trusted({ $ne: orderId }) },
        { $push: { repeatedOrders: orderId, ...carrying(event).$push } },
      );
      return changed.modifiedCount === 1;
    },

    /** The next of the repeated orders carries the enrolment, after the first was refunded; unless it was refunded too. */
    handOver: async (id: string, from: string, to: string): Promise<void> => {
      await enrolments.updateOne(
        { _id: id, orderId: from, repeatedOrders: to },
        { $set: { orderId: to }, $pull: { repeatedOrders: to } },
      );
    },

    /** Drops a repeated order that was refunded. */
    dropRepeatedOrder: async (orderId: string): Promise<void> => {
      await enrolments.updateMany({ repeatedOrders: orderId }, { $pull: { repeatedOrders: orderId } });
    },

    forget: async (accountId: string): Promise<number> =>
      (await enrolments.deleteMany({ accountId })).deletedCount,
  };
};

export type EnrolmentStore = ReturnType<typeof createEnrolmentStore>;
