import mongoose, { type Connection } from 'mongoose';
import type { Claim, ClaimLink } from './claim-link.ts';

/** One document per certificate that was ever to go to a wallet: its open link, if any, and what wallets took. */
type WalletDocument = {
  _id: string;
  accountId: string;
  link?: Omit<ClaimLink, 'identifier'>;
  claims: Claim[];
};

/** What a holder sees of one certificate. */
export type Standing = { openUntil: Date | undefined; claims: readonly Claim[] };

const schema = new mongoose.Schema<WalletDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    link: {
      type: {
        _id: false,
        linkHash: { type: String, required: true },
        exchangeHash: { type: String, required: true },
        createdAt: { type: Date, required: true },
        expiresAt: { type: Date, required: true },
      },
      required: false,
    },
    claims: [
      {
        _id: false,
        at: { type: Date, required: true },
        protocol: { type: String, enum: ['vcapi', 'openid4vci'], required: true },
        holderHash: { type: String, required: true },
      },
    ],
  },
  { collection: 'wallet_claims', versionKey: false },
)
  .index({ accountId: 1 })
  .index({ 'link.linkHash': 1 }, { sparse: true })
  .index({ 'link.exchangeHash': 1 }, { sparse: true })
  .index({ 'link.expiresAt': 1 }, { sparse: true });

/** Longer than anybody has wallets; older ones make room. */
const keptClaims = 50;

export type SecretKind = 'linkHash' | 'exchangeHash';

/** Claim links and claims. That a link is used once is decided by one update of one document. */
export const createClaimStore = (connection: Connection) => {
  const wallets = connection.model<WalletDocument>('WalletClaims', schema);

  return {
    /** Keeps the link; the one before it, used or not, ends by this. */
    open: async ({ identifier, ...link }: ClaimLink, accountId: string): Promise<void> => {
      await wallets.updateOne(
        { _id: identifier },
        { $set: { accountId, link }, $setOnInsert: { claims: [] } },
        { upsert: true },
      );
    },

    /** The link that has the secret of this hash, while it can be used. */
    find: async (kind: SecretKind, hash: string, now: Date): Promise<ClaimLink | undefined> => {
      const found = await wallets.findOne({ [`link.${kind}`]: hash }).lean();
      if (!found?.link || found.link.expiresAt <= now) return undefined;
      return { identifier: found._id, ...found.link };
    },

    /** Uses the link up and records the claim, in one update; false when it ended before. */
    claim: async ({ identifier, linkHash }: ClaimLink, claim: Claim): Promise<boolean> => {
      const { modifiedCount } = await wallets.updateOne(
        {
          _id: identifier,
          'link.linkHash': linkHash,
          'link.expiresAt': mongoose.trusted({ $gt: claim.at }),
        },
        { $unset: { link: 1 }, $push: { claims: { $each: [claim], $slice: -keptClaims } } },
      );
      return modifiedCount === 1;
    },

    end: async (identifier: string): Promise<void> => {
      await wallets.updateOne({ _id: identifier }, { $unset: { link: 1 } });
    },

    standing: async (identifier: string, now: Date): Promise<Standing> => {
      const found = await wallets.findById(identifier).lean();
      const open = found?.link && found.link.expiresAt > now ? found.link.expiresAt : undefined;
      return { openUntil: open, claims: found?.claims ?? [] };
    },

    /** Every claim of a person, with its certificate. */
    claimsOf: async (accountId: string): Promise<(Claim & { identifier: string })[]> => {
      const found = await wallets.find({ accountId }).lean();
      return found.flatMap(({ _id, claims }) => claims.map((claim) => ({ identifier: _id, ...claim })));
    },

    forget: async (accountId: string): Promise<number> =>
      (await wallets.deleteMany({ accountId })).deletedCount,

    /** Removes links that have run out, and what is left of certificates that no wallet took. */
    expire: async (now: Date): Promise<number> => {
      const past = { 'link.expiresAt': mongoose.trusted({ $lte: now }) };
      const { modifiedCount } = await wallets.updateMany(past, { $unset: { link: 1 } });
      await wallets.deleteMany({
        link: mongoose.trusted({ $exists: false }),
        claims: mongoose.trusted({ $size: 0 }),
      });
      return modifiedCount;
    },
  };
};

export type ClaimStore = ReturnType<typeof createClaimStore>;
