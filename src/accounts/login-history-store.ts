import mongoose, { type Connection } from 'mongoose';
import { firstGroups, ipv4Of } from '../platform/http/ip-address.ts';

export const loginOutcomes = ['success', 'bad_password', 'locked', 'not_confirmed'] as const;
export type LoginOutcome = (typeof loginOutcomes)[number];

/** One try to sign in. `network` is the address without its last part: /24 or /48. */
export type LoginEvent = { at: Date; outcome: LoginOutcome; network: string; browser: string };

/** Without an account when the address was unknown. */
type LoginDocument = LoginEvent & { _id: mongoose.Types.ObjectId; accountId?: string };

const schema = new mongoose.Schema<LoginDocument>(
  {
    accountId: String,
    at: { type: Date, required: true },
    outcome: { type: String, enum: loginOutcomes, required: true },
    network: { type: String, required: true },
    browser: { type: String, required: true },
  },
  { collection: 'login_events', versionKey: false },
)
  .index({ accountId: 1, at: -1 })
  .index({ at: 1 });

export const createLoginHistoryStore = (connection: Connection) => {
  const events = connection.model<LoginDocument>('LoginEvent', schema);

  return {
    add: async (event: LoginEvent & { accountId?: string }): Promise<void> => {
      await events.create(event);
    },
    of: async (accountId: string, limit = 50): Promise<LoginEvent[]> =>
      events.find({ accountId }, { _id: 0, accountId: 0 }).sort({ at: -1 }).limit(limit).lean(),
    forget: async (accountId: string): Promise<number> =>
      (await events.deleteMany({ accountId })).deletedCount,
    expire: async (before: Date): Promise<number> =>
      (await events.deleteMany({ at: mongoose.trusted({ $lt: before }) })).deletedCount,
  };
};

export type LoginHistoryStore = ReturnType<typeof createLoginHistoryStore>;

/** Keeps of an address what tells a network, not a household: /24 of IPv4, /48 of IPv6. */
export const truncateAddress = (ip: string | undefined): string => {
  if (!ip) return 'unknown';
  const v4 = ipv4Of(ip);
  return v4 ? `${v4.split('.').slice(0, 3).join('.')}.0/24` : `${firstGroups(ip, 3)}::/48`;
};

const families: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

/** The family of a browser, enough to recognise one's own; never the whole header. */
export const browserFamily = (userAgent: string | undefined): string =>
  families.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1] ?? 'other';
