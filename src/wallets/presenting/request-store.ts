import mongoose, { type Connection } from 'mongoose';
import type { PresentationOutcome, PresentationRequest } from './presentation-request.ts';

type RequestDocument = Omit<PresentationRequest, 'requestHash'> & { _id: string };

const schema = new mongoose.Schema<RequestDocument>(
  {
    _id: { type: String, required: true },
    pageHash: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    outcome: {
      type: {
        _id: false,
        kind: { type: String, required: true },
        verdict: String,
        identifier: String,
        why: String,
      },
      required: false,
    },
  },
  { collection: 'presentation_requests', versionKey: false },
)
  .index({ pageHash: 1 }, { unique: true })
  .index({ expiresAt: 1 });

/** Requests for a presentation, for minutes. That one is answered once is decided by one update. */
export const createRequestStore = (connection: Connection) => {
  const requests = connection.model<RequestDocument>('PresentationRequest', schema);

  const read = (found: RequestDocument | null, now: Date): PresentationRequest | undefined => {
    if (!found || found.expiresAt <= now) return undefined;
    const { _id: requestHash, ...rest } = found;
    return { requestHash, ...rest };
  };

  return {
    add: async ({ requestHash, ...request }: PresentationRequest): Promise<void> => {
      await requests.create({ _id: requestHash, ...request });
    },
    byRequest: async (requestHash: string, now: Date) =>
      read(await requests.findById(requestHash).lean(), now),
    byPage: async (pageHash: string, now: Date) => read(await requests.findOne({ pageHash }).lean(), now),
    /** False when it was answered before or has run out. */
    answer: async (requestHash: string, outcome: PresentationOutcome, now: Date): Promise<boolean> => {
      const { modifiedCount } = await requests.updateOne(
        {
          _id: requestHash,
          expiresAt: mongoose.trusted({ $gt: now }),
          outcome: mongoose.trusted({ $exists: false }),
        },
        { $set: { outcome } },
      );
      return modifiedCount === 1;
    },
    expire: async (now: Date): Promise<number> =>
      (await requests.deleteMany({ expiresAt: mongoose.trusted({ $lte: now }) })).deletedCount,
  };
};

export type RequestStore = ReturnType<typeof createRequestStore>;
