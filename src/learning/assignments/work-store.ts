import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { Work } from './work.ts';

type WorkDocument = Omit<Work, 'id'> & { _id: string; forgottenAt?: Date };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<WorkDocument>(
  {
    _id: { type: String, required: true },
    enrolmentId: { type: String, required: true },
    accountId: { type: String, required: true },
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    activityId: { type: String, required: true },
    state: { type: String, required: true },
    draft: { type: Mixed, required: true } as never,
    versions: { type: [Mixed] as never, required: true },
    revision: { type: Number, required: true },
    changedAt: { type: Date, required: true },
    dueAt: Date,
    lease: { type: Mixed } as never,
    recused: { type: [String], required: true } as never,
    forgottenAt: Date,
  },
  { collection: 'assignment_works', versionKey: false, minimize: false },
)
  // One piece of work per assignment of an enrolment, whichever window begins it.
  .index({ enrolmentId: 1, activityId: 1 }, { unique: true })
  .index({ accountId: 1 })
  .index({ state: 1, dueAt: 1 });
addOutbox(schema);

const waitingStates = mongoose.trusted({ $in: ['submitted', 'appealed'] });
const settledStates = mongoose.trusted({ $in: ['passed', 'not-passed', 'draft', 'returned'] });

const toWork = (document: WorkDocument & { outbox?: unknown }): Work => {
  const { _id, outbox: _outbox, forgottenAt: _forgotten, ...fields } = document;
  return { id: _id, ...fields };
};

/** Who holds no lease that is still running. */
const heldBy = (by: string, now: Date) => ({
  $or: [
    { lease: mongoose.trusted({ $exists: false }) },
    { 'lease.by': by },
    { 'lease.until': mongoose.trusted({ $lte: now }) },
  ],
});

/** What learners do about assignments: one document each, so that each step is one write. */
export const createWorkStore = (connection: Connection, outbox: Outbox) => {
  const works = connection.model<WorkDocument>('AssignmentWork', schema);
  outbox.watch(works as never);

  const list = async (filter: object, sort: Record<string, 1>, limit = 0): Promise<Work[]> =>
    (await works.find(filter, { outbox: 0 }).sort(sort).limit(limit).lean()).map((one) =>
      toWork(one as never),
    );

  return {
    byId: async (id: string) => (await list({ _id: id }, {}, 1))[0],
    of: async (enrolmentId: string, activityId: string) =>
      (await list({ enrolmentId, activityId }, {}, 1))[0],
    ofEnrolment: (enrolmentId: string) => list({ enrolmentId }, { _id: 1 }),
    madeBy: (accountId: string) => list({ accountId }, { changedAt: 1 }),
    waiting: (limit: number) => list({ state: waitingStates }, { dueAt: 1, _id: 1 }, limit),
    countWaiting: (): Promise<number> => works.countDocuments({ state: waitingStates } as never),

    /** Writes a revision over the one before it; answers false when somebody else was first. The event rides along. */
    write: async (work: Work, event?: EventRecord): Promise<boolean> => {
      const { id, revision, recused, lease: _lease, ...fields } = work;
      if (revision === 1) {
        const first = { _id: id, revision, recused, ...fields, ...(event ? { outbox: [event] } : {}) };
        return works.create(first as never).then(
          () => true,
          (error: unknown) => {
            if (isDuplicate(error)) return false;
            throw error;
          },
        );
      }
      const { state, draft, versions, changedAt, dueAt } = fields;
      const changed = await works.updateOne({ _id: id, revision: revision - 1 }, {
        $set: { state, draft, versions, changedAt, revision, ...(dueAt ? { dueAt } : {}) },
        ...(event ? carrying(event) : {}),
      } as never);
      return changed.modifiedCount === 1;
    },

    /** Takes it unless somebody else has it, or it changed since it was read. */
    take: async ({ id, revision }: Work, lease: NonNullable<Work['lease']>, now: Date): Promise<boolean> => {
      const filter = { _id: id, revision, state: waitingStates, ...heldBy(lease.by, now) };
      return (await works.updateOne(filter as never, { $set: { lease } })).matchedCount === 1;
    },

    putBack: async (id: string, by: string): Promise<void> => {
      await works.updateOne({ _id: id, 'lease.by': by }, { $unset: { lease: 1 } });
    },

    recuse: async (id: string, by: string): Promise<void> => {
      await works.updateOne({ _id: id }, { $addToSet: { recused: by } });
    },

    /** Writes what an examiner says, from the revision before, unless somebody else has it on the desk by now. */
    judge: async ({ id, revision, state, versions, changedAt }: Work, by: string, event: EventRecord) => {
      const changed = await works.updateOne({ _id: id, revision: revision - 1, ...heldBy(by, changedAt) }, {
        $set: { state, versions, changedAt, revision },
        $unset: { lease: 1, dueAt: 1 },
        ...carrying(event),
      } as never);
      return changed.modifiedCount === 1;
    },

    /** Whether a draft or a version still leads to a file. */
    holdsFile: async (id: string): Promise<boolean> =>
      (await works.exists({ $or: [{ 'draft.file.id': id }, { 'versions.file.id': id }] })) !== null,

    /** Ids of the files of what nothing has happened to since then, and that still has its words. */
    settledBefore: (before: Date): Promise<Work[]> =>
      list(
        {
          state: settledStates,
          changedAt: mongoose.trusted({ $lt: before }),
          forgottenAt: mongoose.trusted({ $exists: false }),
        },
        { changedAt: 1 },
        500,
      ),

    /** Takes the words out and keeps the results. */
    forgetWords: async ({ id, revision, versions }: Work, at: Date): Promise<boolean> => {
      const emptied = versions.map(({ file: _file, appeal: _appeal, ...version }) => ({
        ...version,
        text: '',
        judgements: version.judgements.map((one) => ({ ...one, comments: {}, remark: '' })),
      }));
      const changed = await works.updateOne({ _id: id, revision }, {
        $set: { versions: emptied, draft: { text: '' }, forgottenAt: at },
      } as never);
      return changed.modifiedCount === 1;
    },

    countOf: (accountId: string): Promise<number> => works.countDocuments({ accountId }),
    forget: async (accountId: string): Promise<number> =>
      (await works.deleteMany({ accountId })).deletedCount,
  };
};

export type WorkStore = ReturnType<typeof createWorkStore>;
