import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import type { LearningPath } from './learning-path.ts';

/** A version is never changed: whoever follows a path keeps theirs. */
type PathDocument = {
  /** `<pathId>@<version>` */
  _id: string;
  pathId: string;
  version: number;
  path: LearningPath;
  publishedAt: Date;
};

/** Somebody follows a path. */
type FollowingDocument = {
  _id: mongoose.Types.ObjectId;
  accountId: string;
  pathId: string;
  pathVersion: number;
  followedAt: Date;
};
export type Following = Omit<FollowingDocument, '_id'>;

const pathSchema = new mongoose.Schema<PathDocument>(
  {
    _id: { type: String, required: true },
    pathId: { type: String, required: true },
    version: { type: Number, required: true },
    path: { type: mongoose.Schema.Types.Mixed, required: true },
    publishedAt: { type: Date, required: true },
  },
  { collection: 'learning_paths', versionKey: false, minimize: false },
);

const followingSchema = new mongoose.Schema<FollowingDocument>(
  {
    accountId: { type: String, required: true },
    pathId: { type: String, required: true },
    pathVersion: { type: Number, required: true },
    followedAt: { type: Date, required: true },
  },
  { collection: 'path_followings', versionKey: false },
)
  // A path is followed once, however often the button is pressed.
  .index({ accountId: 1, pathId: 1 }, { unique: true });

export const createPathStore = (connection: Connection) => {
  const paths = connection.model<PathDocument>('LearningPath', pathSchema);
  const followings = connection.model<FollowingDocument>('PathFollowing', followingSchema);

  return {
    /** Keeps a version, and answers what is kept: something else means that the version was taken already. */
    keep: async (path: LearningPath, publishedAt: Date): Promise<{ kept: LearningPath; isNew: boolean }> => {
      const _id = `${path.id}@${path.version}`;
      try {
        await paths.create({ _id, pathId: path.id, version: path.version, path, publishedAt });
        return { kept: path, isNew: true };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const found = await paths.findById(_id).lean();
        return { kept: found?.path ?? path, isNew: false };
      }
    },

    version: async (pathId: string, version: number): Promise<LearningPath | undefined> =>
      (await paths.findById(`${pathId}@${version}`).lean())?.path,

    current: async (pathId: string): Promise<LearningPath | undefined> =>
      (await paths.findOne({ pathId }).sort({ version: -1 }).lean())?.path,

    allCurrent: async (): Promise<LearningPath[]> => {
      const all = await paths.find().sort({ pathId: 1, version: -1 }).lean();
      return all.filter(({ pathId }, index) => all[index - 1]?.pathId !== pathId).map(({ path }) => path);
    },

    /** Keeps the version that somebody begins with; whoever follows the path already keeps theirs. */
    follow: async (following: Following): Promise<void> => {
      await followings.create(following).catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
      });
    },
    leave: async (accountId: string, pathId: string): Promise<void> => {
      await followings.deleteOne({ accountId, pathId });
    },
    followingOf: async (accountId: string, pathId: string): Promise<Following | undefined> =>
      (await followings.findOne({ accountId, pathId }, { _id: 0 }).lean()) ?? undefined,
    followedBy: async (accountId: string): Promise<Following[]> =>
      followings.find({ accountId }, { _id: 0 }).sort({ followedAt: -1 }).lean(),
    forget: async (accountId: string): Promise<number> =>
      (await followings.deleteMany({ accountId })).deletedCount,
  };
};

export type PathStore = ReturnType<typeof createPathStore>;
