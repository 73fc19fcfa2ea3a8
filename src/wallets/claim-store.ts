import mongoose, { type Connection } from 'mongoose';
import { type Claim, type ClaimLink, type Grant, transactionCodeTries } from './claim-link.ts';

/**
 * One document per certificate that was ever to go to a wallet: its open link, if any, and what wallets took. `tokenHash`
 * says that the link's code was redeemed; `delivery` outlives the link for the wallet that took the certificate by it.
 */
type WalletDocument = {
  _id: string;
  accountId: string;
  link?: Omit<ClaimLink, 'identifier'> & { tokenHash?: string };
  delivery?: { tokenHash: string; holderHash: string; expiresAt: Date };
  claims: Claim[];
};

/** What a holder sees of one certificate. */
export type Standing = { openUntil: Date | undefined; claims: readonly Claim[] };

const text = { type: String, required: true };
const date = { type: Date, required: true };

const schema = new mongoose.Schema<WalletDocument>(
  {
    _id: text,
    accountId: text,
    link: {
      type: {
        _id: false,
        linkHash: text,
        exchangeHash: text,
        offerHash: text,
        codeHash: text,
        transactionCode: {
          type: { _id: false, hash: text, tries: { type: Number, required: true } },
          required: false,
        },
        tokenHash: String,
        createdAt: date,
        expiresAt: date,
      },
      required: false,
    },
    delivery: { type: { _id: false, tokenHash: text, holderHash: text, expiresAt: date }, required: false },
    claims: [
      {
        _id: false,
        at: date,
        protocol: { type: String, enum: ['vcapi', 'openid4vci'], required: true },
        holderHash: text,
      },
    ],
  },
  { collection: 'wallet_claims', versionKey: false },
)
  .index({ accountId: 1 })
  .index({ 'link.linkHash': 1 }, { sparse: true })
  .index({ 'link.exchangeHash': 1 }, { sparse: true })
  .index({ 'link.offerHash': 1 }, { sparse: true })
  .index({ 'link.codeHash': 1 }, { sparse: true })
  .index({ 'link.tokenHash': 1 }, { sparse: true })
  .index({ 'delivery.tokenHash': 1 }, { sparse: true })
  .index({ 'link.expiresAt': 1 }, { sparse: true })
  .index({ 'delivery.expiresAt': 1 }, { sparse: true });

/** Longer than anybody has wallets; older ones make room. */
const keptClaims = 50;

export type SecretKind = 'linkHash' | 'exchangeHash' | 'offerHash' | 'codeHash';

const after = (now: Date) => mongoose.trusted({ $gt: now });
const recorded = (claim: Claim) => ({ claims: { $each: [claim], $slice: -keptClaims } });

/** Claim links and claims. That a link is used once is decided by one update of one document. */
export const createClaimStore = (connection: Connection) => {
  const wallets = connection.model<WalletDocument>('WalletClaims', schema);

  const theLink = ({ identifier, linkHash }: ClaimLink) => ({ _id: identifier, 'link.linkHash': linkHash });

  return {
    /** Keeps the link; the one before it, used or not, ends by this. */
    open: async ({ identifier, ...link }: ClaimLink, accountId: string): Promise<void> => {
      await wallets.updateOne(
        { _id: identifier },
        { $set: { accountId, link }, $unset: { delivery: 1 }, $setOnInsert: { claims: [] } },
        { upsert: true },
      );
    },

    /** The link that has the secret of this hash, while it can be used. */
    find: async (kind: SecretKind, hash: string, now: Date): Promise<ClaimLink | undefined> => {
      const found = await wallets.findOne({ [`link.${kind}`]: hash }).lean();
      if (!found?.link || found.link.expiresAt <= now) return undefined;
      const { tokenHash: _, ...link } = found.link;
      return { identifier: found._id, ...link };
    },

    /** Counts a try of the transaction code, before it is compared: answers which one it was, nothing when there are no more. */
    countTry: async (link: ClaimLink): Promise<number | undefined> => {
      const counted = await wallets
        .findOneAndUpdate(
          { ...theLink(link), 'link.transactionCode.tries': mongoose.trusted({ $lt: transactionCodeTries }) },
          { $inc: { 'link.transactionCode.tries': 1 } },
          { returnDocument: 'after' },
        )
        .lean();
      return counted?.link?.transactionCode?.tries;
    },

    /** Gives the one access token that the link's code is good for; false when it was given before or the link ended. */
    redeem: async (link: ClaimLink, tokenHash: string, now: Date): Promise<boolean> => {
      const { modifiedCount } = await wallets.updateOne(
        {
          ...theLink(link),
          'link.expiresAt': after(now),
          'link.tokenHash': mongoose.trusted({ $exists: false }),
        },
        { $set: { 'link.tokenHash': tokenHash } },
      );
      return modifiedCount === 1;
    },

    /** What an access token is good for, while it holds. */
    grant: async (tokenHash: string, now: Date): Promise<Grant | undefined> => {
      const either = [{ 'link.tokenHash': tokenHash }, { 'delivery.tokenHash': tokenHash }];
      const found = await wallets.findOne({ $or: either }).lean();
      const { link, delivery } = found ?? {};
      const from = link?.tokenHash === tokenHash ? link : delivery;
      if (!found || !from || from.expiresAt <= now) return undefined;
      const holderHash = from === delivery ? delivery.holderHash : undefined;
      return { identifier: found._id, tokenHash, expiresAt: from.expiresAt, holderHash };
    },

    /** Uses the link up and records the claim, in one update; false when it ended before. */
    claim: async (link: ClaimLink, claim: Claim): Promise<boolean> => {
      const { modifiedCount } = await wallets.updateOne(
        { ...theLink(link), 'link.expiresAt': after(claim.at) },
        { $unset: { link: 1 }, $push: recorded(claim) },
      );
      return modifiedCount === 1;
    },

    /**
     * The same by an access token: the first key to come has the certificate, and until the token ends may have it again,
     * since an answer can get lost on its way. False for any other key, and when the link ended before.
     */
    deliver: async ({ identifier, tokenHash, expiresAt }: Grant, claim: Claim): Promise<boolean> => {
      const { holderHash } = claim;
      const { modifiedCount } = await wallets.updateOne(
        { _id: identifier, 'link.tokenHash': tokenHash, 'link.expiresAt': after(claim.at) },
        {
          $unset: { link: 1 },
          $set: { delivery: { tokenHash, holderHash, expiresAt } },
          $push: recorded(claim),
        },
      );
      if (modifiedCount === 1) return true;
      const again = {
        _id: identifier,
        'delivery.tokenHash': tokenHash,
        'delivery.holderHash': holderHash,
        'delivery.expiresAt': after(claim.at),
      };
      return (await wallets.exists(again)) !== null;
    },

    /** Ends this link; a newer one of the same certificate stays. */
    endThis: async (link: ClaimLink): Promise<void> => {
      await wallets.updateOne(theLink(link), { $unset: { link: 1 } });
    },

    end: async (identifier: string): Promise<void> => {
      await wallets.updateOne({ _id: identifier }, { $unset: { link: 1, delivery: 1 } });
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
      const past = mongoose.trusted({ $lte: now });
      const { modifiedCount } = await wallets.updateMany({ 'link.expiresAt': past }, { $unset: { link: 1 } });
      await wallets.updateMany({ 'delivery.expiresAt': past }, { $unset: { delivery: 1 } });
      await wallets.deleteMany({
        link: mongoose.trusted({ $exists: false }),
        claims: mongoose.trusted({ $size: 0 }),
      });
      return modifiedCount;
    },
  };
};

export type ClaimStore = ReturnType<typeof createClaimStore>;
