import mongoose, { type Connection } from 'mongoose';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import { type QuestionReportEntry, reportKinds } from './question-report.ts';

type ReportDocument = Omit<QuestionReportEntry, 'id'> & { _id: string; open: boolean };

const { Mixed } = mongoose.Schema.Types;

const schema = new mongoose.Schema<ReportDocument>(
  {
    _id: { type: String, required: true },
    attemptId: { type: String, required: true },
    slot: { type: Number, required: true },
    questionId: { type: String, required: true },
    courseId: { type: String, required: true },
    courseVersion: { type: Number, required: true },
    activityId: { type: String, required: true },
    accountId: String,
    kind: { type: String, enum: reportKinds, required: true },
    text: { type: String, required: true },
    at: { type: Date, required: true },
    open: { type: Boolean, required: true },
    settled: { type: Mixed },
  },
  { collection: 'question_reports', versionKey: false },
)
  .index({ open: 1, at: 1 })
  .index({ accountId: 1 }, { sparse: true })
  .index({ 'settled.at': 1 }, { sparse: true });
addOutbox(schema);

const toReport = ({
  _id,
  open: _open,
  outbox: _outbox,
  ...rest
}: ReportDocument & { outbox?: unknown }): QuestionReportEntry => ({ id: _id, ...rest });

/** Reports of questions; the id is made of attempt and slot, so a second one of a question meets the first. */
export const createReportStore = (connection: Connection, outbox: Outbox) => {
  const reports = connection.model<ReportDocument>('QuestionReport', schema);
  outbox.watch(reports as never);

  const list = async (
    filter: object,
    sort: Record<string, 1 | -1>,
    limit: number,
  ): Promise<QuestionReportEntry[]> =>
    (await reports.find(filter, { outbox: 0 }).sort(sort).limit(limit).lean()).map((one) =>
      toReport(one as never),
    );

  return {
    byId: async (id: string) => (await list({ _id: id }, { _id: 1 }, 1))[0],
    /** The oldest first: somebody waits for an answer. */
    open: (limit: number) => list({ open: true }, { at: 1 }, limit),
    settled: (limit: number) => list({ open: false }, { 'settled.at': -1 }, limit),
    ofAccount: (accountId: string) => list({ accountId }, { at: -1 }, 0),
    countOpen: (): Promise<number> => reports.countDocuments({ open: true }),

    /** Keeps what was said last, as long as nobody has settled it; later words come too late, without a fault. */
    put: async ({ id, ...fields }: QuestionReportEntry): Promise<void> => {
      try {
        await reports.updateOne(
          { _id: id, open: true },
          { $set: { ...fields, open: true } },
          { upsert: true },
        );
      } catch (error) {
        if ((error as { code?: number }).code !== 11000) throw error;
      }
    },

    /** Answers false when somebody else settled it first. */
    settle: async ({ id, settled }: QuestionReportEntry, event: EventRecord): Promise<boolean> => {
      const changed = await reports.updateOne({ _id: id, open: true }, {
        $set: { open: false, settled },
        ...carrying(event),
      } as never);
      return changed.modifiedCount === 1;
    },

    forget: async (accountId: string): Promise<number> =>
      (await reports.deleteMany({ accountId })).deletedCount,
    expire: async (before: Date): Promise<number> =>
      (await reports.deleteMany({ 'settled.at': mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type ReportStore = ReturnType<typeof createReportStore>;
