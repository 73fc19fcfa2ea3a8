import mongoose, { type Connection } from 'mongoose';

/** The sessions that `platform/http/session.ts` keeps; passport writes whose they are. */
type SessionDocument = { _id: string; session: { passport?: { user?: { id: string } } } };

/** Where the document of a session says whose it is. */
export const ownerOfSession = 'session.passport.user.id';

const schema = new mongoose.Schema<SessionDocument>(
  { _id: { type: String, required: true }, session: mongoose.Schema.Types.Mixed },
  { collection: 'sessions', versionKey: false },
).index({ [ownerOfSession]: 1 }, { sparse: true });

export const createSessionStore = (connection: Connection) => {
  const sessions = connection.model<SessionDocument>('Session', schema);

  return {
    /** The raised epoch has ended them already; this leaves nothing of them behind. */
    endAllOf: async (accountId: string): Promise<number> =>
      (await sessions.deleteMany({ [ownerOfSession]: accountId })).deletedCount,
  };
};

export type SessionStore = ReturnType<typeof createSessionStore>;
