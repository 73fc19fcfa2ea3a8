import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';

/** What a learner wrote down for themselves beside an activity. Nobody else ever reads it. */
export type Note = {
  accountId: string;
  enrolmentId: string;
  activityId: string;
  text: string;
  /** Raised with each change: who writes says which revision they have seen. The first is 1. */
  revision: number;
  changedAt: Date;
};

const schema = new mongoose.Schema<Note>(
  {
    accountId: { type: String, required: true },
    enrolmentId: { type: String, required: true },
    activityId: { type: String, required: true },
    // An emptied note stays, so that its revision goes on counting.
    text: { type: String, default: '' },
    revision: { type: Number, required: true },
    changedAt: { type: Date, required: true },
  },
  { collection: 'notes', versionKey: false },
)
  .index({ enrolmentId: 1, activityId: 1 }, { unique: true })
  .index({ accountId: 1 });

export const createNoteStore = (connection: Connection) => {
  const notes = connection.model<Note>('Note', schema);

  return {
    of: async (enrolmentId: string, activityId: string): Promise<Note | undefined> =>
      (await notes.findOne({ enrolmentId, activityId }, { _id: 0 }).lean()) ?? undefined,

    /** Writes revision n + 1 over revision n; answers false when another window was first. */
    write: async (note: Note): Promise<boolean> => {
      const { enrolmentId, activityId, revision, text, changedAt } = note;
      if (revision === 1) {
        return notes.create(note).then(
          () => true,
          (error: unknown) => {
            if (isDuplicate(error)) return false;
            throw error;
          },
        );
      }
      const changed = await notes.updateOne(
        { enrolmentId, activityId, revision: revision - 1 },
        { $set: { text, revision, changedAt } },
      );
      return changed.matchedCount === 1;
    },

    writtenBy: async (accountId: string): Promise<Note[]> =>
      notes.find({ accountId }, { _id: 0 }).sort({ changedAt: 1 }).lean(),
    forget: async (accountId: string): Promise<number> =>
      (await notes.deleteMany({ accountId })).deletedCount,
  };
};

export type NoteStore = ReturnType<typeof createNoteStore>;
