import mongoose, { type Model } from 'mongoose';
import { carrying } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { Revocation, Suspension } from './certificate.ts';
import { absent, type CertificateDocument } from './certificate-schema.ts';

/** How certificates lose their validity and get it back: each change and its event are one update. */
export const createCertificateStatus = (
  certificates: Model<CertificateDocument>,
  written: Pick<Model<CertificateDocument>['collection'], 'bulkWrite'>,
) => ({
  /** Records the revocation and its event in one update; false when another was first. */
  revoke: async (identifier: string, revocation: Revocation, event: EventRecord): Promise<boolean> => {
    const unrevoked = { _id: identifier, revocation: absent };
    const held = await certificates.updateOne(
      { ...unrevoked, state: mongoose.trusted({ $in: ['valid', 'suspended'] }) },
      { $set: { state: 'revoked', revocation }, ...carrying(event) },
    );
    if (held.modifiedCount === 1) return true;
    const redacted = await certificates.updateOne(
      { ...unrevoked, state: 'redacted' },
      { $set: { revocation }, ...carrying(event) },
    );
    return redacted.modifiedCount === 1;
  },

  /** The same for many, each with its own event, in one write. Answers how many were not revoked before. */
  revokeMany: async (
    revocation: Revocation,
    events: readonly { identifier: string; event: EventRecord }[],
  ): Promise<number> => {
    const updates = events.flatMap(({ identifier, event }) => {
      const unrevoked = { _id: identifier, revocation: { $exists: false } };
      const push = { outbox: { $each: [event] } };
      const held = { ...unrevoked, state: { $in: ['valid', 'suspended'] } };
      const redacted = { ...unrevoked, state: 'redacted', issuedAt: { $exists: true } };
      return [
        { updateOne: { filter: held, update: { $set: { state: 'revoked', revocation }, $push: push } } },
        { updateOne: { filter: redacted, update: { $set: { revocation }, $push: push } } },
      ];
    });
    if (updates.length === 0) return 0;
    const result = await written.bulkWrite(updates as never, { ordered: true });
    return result.modifiedCount;
  },

  /** Records the suspension and its event in one update; false when it was not valid any more. */
  suspend: async (identifier: string, suspension: Suspension, event: EventRecord): Promise<boolean> => {
    const result = await certificates.updateOne(
      { _id: identifier, state: 'valid' },
      { $set: { state: 'suspended', suspension }, $inc: { statusChanges: 1 }, ...carrying(event) },
    );
    return result.modifiedCount === 1;
  },

  /** Lifts the suspension, with its event, in one update; false when none was in force. */
  lift: async (identifier: string, event: EventRecord): Promise<boolean> => {
    const change = { $unset: { suspension: 1 }, $inc: { statusChanges: 1 }, ...carrying(event) } as const;
    const held = await certificates.updateOne(
      { _id: identifier, state: 'suspended' },
      { $set: { state: 'valid' }, ...change },
    );
    if (held.modifiedCount === 1) return true;
    const suspended = { suspension: mongoose.trusted({ $exists: true }), revocation: absent };
    const redacted = await certificates.updateOne(
      { _id: identifier, state: 'redacted', ...suspended },
      change,
    );
    return redacted.modifiedCount === 1;
  },
});
