import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';

/** Whether there is a public page is a choice of its own: `on`. `indexable`: search engines may list it. */
export type Profile = { accountId: string; handle: string; on: boolean; indexable: boolean; changedAt: Date };

type ProfileDocument = Omit<Profile, 'accountId'> & { _id: string };
/** Who has, or had, an address. */
type HandleDocument = { _id: string; accountId: string; releasedAt?: Date };

const profileSchema = new mongoose.Schema<ProfileDocument>(
  {
    _id: { type: String, required: true },
    handle: { type: String, required: true },
    on: { type: Boolean, required: true },
    indexable: { type: Boolean, required: true },
    changedAt: { type: Date, required: true },
  },
  { collection: 'profiles', versionKey: false },
).index({ handle: 1 });

const handleSchema = new mongoose.Schema<HandleDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    releasedAt: Date,
  },
  { collection: 'profile_handles', versionKey: false },
).index({ accountId: 1 });

const toProfile = ({ _id, ...fields }: ProfileDocument): Profile => ({ accountId: _id, ...fields });

/** Profiles, one document each; an address has a document of its own, whose id decides who was first. */
export const createProfileStore = (connection: Connection) => {
  const profiles = connection.model<ProfileDocument>('Profile', profileSchema);
  const handles = connection.model<HandleDocument>('ProfileHandle', handleSchema);

  return {
    of: async (accountId: string): Promise<Profile | undefined> => {
      const found = await profiles.findById(accountId).lean();
      return found ? toProfile(found) : undefined;
    },

    shownAt: async (handle: string): Promise<Profile | undefined> => {
      const found = await profiles.findOne({ handle, on: true }).lean();
      return found ? toProfile(found) : undefined;
    },

    /** Takes an address; false when somebody else has it, or had it after `before`. */
    claim: async (handle: string, accountId: string, before: Date): Promise<boolean> => {
      try {
        await handles.create({ _id: handle, accountId });
        return true;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      const free = [{ accountId }, { releasedAt: mongoose.trusted({ $lt: before }) }];
      const taken = await handles.updateOne(
        { _id: handle, $or: free },
        { $set: { accountId }, $unset: { releasedAt: 1 } },
      );
      return taken.matchedCount === 1;
    },

    /** The address must have been claimed. */
    save: async ({ accountId, ...fields }: Profile): Promise<void> => {
      await profiles.updateOne({ _id: accountId }, { $set: fields }, { upsert: true });
      await handles.updateMany(
        {
          accountId,
          _id: mongoose.trusted({ $ne: fields.handle }),
          releasedAt: mongoose.trusted({ $exists: false }),
        },
        { $set: { releasedAt: fields.changedAt } },
      );
    },

    forget: async (accountId: string): Promise<number> => {
      await handles.deleteMany({ accountId });
      return (await profiles.deleteMany({ _id: accountId })).deletedCount;
    },
  };
};

export type ProfileStore = ReturnType<typeof createProfileStore>;
