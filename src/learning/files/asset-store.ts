import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import type { MediaType } from './course-asset.ts';

type AssetDocument = { _id: string; mediaType: MediaType; bytes: Buffer };

const schema = new mongoose.Schema<AssetDocument>(
  {
    /** SHA-256 of the author's bytes. */
    _id: { type: String, required: true },
    mediaType: { type: String, required: true },
    bytes: { type: Buffer, required: true },
  },
  { collection: 'course_files', versionKey: false },
);

/** The files of courses, each once, by the digest of what its author gave. They never change. */
export const createAssetStore = (connection: Connection) => {
  const assets = connection.model<AssetDocument>('CourseFile', schema);

  return {
    has: async (sha256: string): Promise<boolean> => (await assets.exists({ _id: sha256 })) !== null,

    keep: async (sha256: string, mediaType: MediaType, bytes: Buffer): Promise<void> => {
      await assets.create({ _id: sha256, mediaType, bytes }).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
    },

    read: async (sha256: string): Promise<Buffer | undefined> => {
      const found = await assets.findById(sha256);
      return found ? Buffer.from(found.bytes) : undefined;
    },
  };
};

export type AssetStore = ReturnType<typeof createAssetStore>;
