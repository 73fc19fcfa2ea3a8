import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { CourseDraft } from './course-draft.ts';

type DraftDocument = Omit<CourseDraft, 'courseId'> & { _id: string };

const schema = new mongoose.Schema<DraftDocument>(
  {
    /** One draft per course: whoever begins second joins the first. */
    _id: { type: String, required: true },
    version: { type: Number, required: true },
    content: { type: mongoose.Schema.Types.Mixed, required: true },
    revision: { type: Number, required: true },
    state: { type: String, enum: ['writing', 'in-review', 'published'], required: true },
    authors: { type: [String], required: true },
    note: String,
    changedAt: { type: Date, required: true },
  },
  { collection: 'course_drafts', versionKey: false, minimize: false },
);
addOutbox(schema);

const toDraft = ({ _id, outbox: _outbox, ...fields }: DraftDocument & { outbox?: unknown }): CourseDraft => ({
  courseId: _id,
  ...fields,
});

export const createDraftStore = (connection: Connection, outbox: Outbox) => {
  const drafts = connection.model<DraftDocument>('CourseDraft', schema);
  outbox.watch(drafts as never);

  return {
    of: async (courseId: string): Promise<CourseDraft | undefined> => {
      const found = await drafts.findById(courseId, { outbox: 0 }).lean();
      return found ? toDraft(found) : undefined;
    },

    all: async (): Promise<Omit<CourseDraft, 'content'>[]> => {
      const found = await drafts.find({}, { outbox: 0, content: 0 }).sort({ changedAt: -1 }).lean();
      return found.map(({ _id, ...fields }) => ({ courseId: _id, ...fields }));
    },

    /** Begins a draft, over a published one if need be; answers false when somebody else has begun one. */
    begin: async ({ courseId, ...fields }: CourseDraft): Promise<boolean> => {
      try {
        await drafts.create({ _id: courseId, ...fields });
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      const replaced = await drafts.updateOne(
        { _id: courseId, state: 'published', version: mongoose.trusted({ $lt: fields.version }) },
        { $set: fields, $unset: { note: 1 } },
      );
      return replaced.modifiedCount === 1;
    },

    /** Writes over the revision before; answers false when another one is there by now. */
    write: async (draft: CourseDraft, event?: EventRecord): Promise<boolean> => {
      const { courseId, revision, note, ...fields } = draft;
      const changed = await drafts.updateOne(
        { _id: courseId, version: draft.version, revision: revision - 1 },
        {
          $set: { ...fields, revision, ...(note === undefined ? {} : { note }) },
          ...(note === undefined ? { $unset: { note: 1 } } : {}),
          ...(event ? carrying(event) : {}),
        },
      );
      return changed.modifiedCount === 1;
    },
  };
};

export type DraftStore = ReturnType<typeof createDraftStore>;
