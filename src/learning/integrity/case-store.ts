import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import {
  type CaseUnderReview,
  caseStates,
  deniesResult,
  type IntegrityCase,
  isClosed,
} from './integrity-case.ts';

/** `open` and `denies` say of the state what the queries ask; both are written by the same update as the state. */
type CaseDocument = Omit<CaseUnderReview, 'id' | 'state'> & {
  _id: string;
  state: IntegrityCase['state'];
  open: boolean;
  denies: boolean;
  closedAt?: Date;
  appealUntil?: Date;
  /** The person was erased while the case ran: it goes once it is closed. */
  eraseWhenClosed?: boolean;
};

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<CaseDocument>(
  {
    _id: { type: String, required: true },
    attemptId: { type: String, required: true },
    enrolmentId: { type: String, required: true },
    courseId: { type: String, required: true },
    activityId: { type: String, required: true },
    accountId: String,
    state: { type: String, enum: caseStates, required: true },
    open: { type: Boolean, required: true },
    denies: { type: Boolean, required: true },
    openedAt: { type: Date, required: true },
    closedAt: Date,
    dueAt: { type: Date, required: true },
    appealUntil: Date,
    signals: { type: [Mixed] as never, required: true },
    recused: { type: [String], required: true },
    steps: { type: [Mixed] as never, required: true },
    allegation: { type: Mixed },
    answer: { type: Mixed },
    proposal: { type: Mixed },
    confirmation: { type: Mixed },
    appeal: { type: Mixed },
    finding: String,
    revision: { type: Number, required: true },
    eraseWhenClosed: Boolean,
  } as never,
  { collection: 'integrity_cases', versionKey: false, minimize: false },
)
  // One case per attempt, whoever opens it at once.
  .index({ attemptId: 1 }, { unique: true })
  .index({ open: 1, dueAt: 1 })
  .index({ enrolmentId: 1, denies: 1 })
  .index({ accountId: 1 }, { sparse: true })
  .index({ state: 1, appealUntil: 1 });
addOutbox(schema);

const toCase = (document: CaseDocument & { outbox?: unknown }): IntegrityCase => {
  const { _id, outbox: _outbox, open: _open, denies: _denies, eraseWhenClosed: _erase, ...fields } = document;
  return { id: _id, ...fields } as unknown as IntegrityCase;
};

const flagsOf = (one: IntegrityCase) => ({ open: !isClosed(one), denies: deniesResult(one) });

/** Integrity cases, one document each; every change is one update that names the revision it was made from. */
export const createCaseStore = (connection: Connection, outbox: Outbox) => {
  const cases = connection.model<CaseDocument>('IntegrityCase', schema);
  outbox.watch(cases as never);

  const findOne = async (filter: object): Promise<IntegrityCase | undefined> => {
    const found = await cases.findOne(filter, { outbox: 0 }).lean();
    return found ? toCase(found as never) : undefined;
  };

  const list = async (
    filter: object,
    sort: Record<string, 1 | -1>,
    limit: number,
  ): Promise<IntegrityCase[]> => {
    const found = await cases.find(filter, { outbox: 0 }).sort(sort).limit(limit).lean();
    return found.map((one) => toCase(one as never));
  };

  return {
    byId: (id: string) => findOne({ _id: id }),
    ofAttempt: (attemptId: string) => findOne({ attemptId }),
    ofAccount: (accountId: string) => list({ accountId }, { openedAt: -1 }, 0),
    /** What has to be done first comes first. */
    open: (limit: number) => list({ open: true }, { dueAt: 1 }, limit),
    closed: (limit: number) => list({ open: false }, { dueAt: -1 }, limit),
    unappealed: (now: Date, limit: number) =>
      list({ state: 'denied', appealUntil: mongoose.trusted({ $lt: now }) }, { appealUntil: 1 }, limit),

    /** Whether what this enrolment earned is denied at this moment. */
    deniesResultOf: async (enrolmentId: string): Promise<boolean> =>
      (await cases.exists({ enrolmentId, denies: true })) !== null,

    countOpen: (): Promise<number> => cases.countDocuments({ open: true }),

    /** Answers false when there is a case about this attempt already. */
    insert: async (one: CaseUnderReview, event: EventRecord): Promise<boolean> => {
      const { id, ...fields } = one;
      try {
        await cases.create({ _id: id, ...fields, ...flagsOf(one), outbox: [event] } as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    /** Answers false when somebody else changed the case first. */
    change: async (from: IntegrityCase, to: IntegrityCase, event: EventRecord): Promise<boolean> => {
      const { id, ...fields } = to;
      const gone = Object.keys(from).filter((key) => !(key in to));
      const changed = await cases.updateOne({ _id: id, revision: from.revision }, {
        $set: { ...fields, ...flagsOf(to) },
        ...(gone.length > 0 ? { $unset: Object.fromEntries(gone.map((key) => [key, 1])) } : {}),
        ...carrying(event),
      } as never);
      return changed.modifiedCount === 1;
    },

    /** Removes closed cases of a person at once; open ones lose their link as soon as they are closed. */
    forget: async (accountId: string): Promise<number> => {
      const { deletedCount } = await cases.deleteMany({ accountId, open: false });
      await cases.updateMany({ accountId, open: true }, { $set: { eraseWhenClosed: true } });
      return deletedCount;
    },

    /** Removes what nobody needs any more: cleared and decided cases, each after its time. */
    expire: async (before: { cleared: Date; decided: Date }): Promise<number> => {
      const { deletedCount } = await cases.deleteMany({
        open: false,
        $or: [
          { eraseWhenClosed: true },
          { state: mongoose.trusted({ $ne: 'upheld' }), closedAt: mongoose.trusted({ $lt: before.cleared }) },
          { state: 'upheld', closedAt: mongoose.trusted({ $lt: before.decided }) },
        ],
      });
      return deletedCount;
    },
  };
};

export type CaseStore = ReturnType<typeof createCaseStore>;
