import mongoose, { type Connection } from 'mongoose';
import { carrying } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { Revocation, Visibility } from '../certificate.ts';
import type { CertificateDocument } from '../certificate-schema.ts';

const absent = mongoose.trusted({ $exists: false });

/**
 * What happens to a signed certificate without a new signature: reminders, renewal, who may see it. The documents are those
 * of `certificate-store.ts`, which must be made first.
 */
export const createLifetimeStore = (connection: Connection) => {
  const certificates = connection.model<CertificateDocument>('Certificate');

  const notRemindedOf = (days: number) => ({
    $or: [{ reminded: absent }, { reminded: mongoose.trusted({ $gt: days }) }],
  });

  return {
    /** Who has not been reminded of an end between these moments; certificates that were continued have no end to fear. */
    expiring: async function* ({ from, until, days }: { from: Date; until: Date; days: number }) {
      const due = {
        validUntil: mongoose.trusted({ $gt: from, $lte: until }),
        state: 'valid' as const,
        renewedBy: absent,
        ...notRemindedOf(days),
      };
      for await (const found of certificates.find(due, { accountId: 1 }).lean().cursor())
        yield { identifier: found._id, accountId: found.accountId };
    },

    /** Notes the reminder and its event in one update; false when it was noted before, or there is no reason any more. */
    remind: async (identifier: string, days: number, event: EventRecord): Promise<boolean> => {
      const result = await certificates.updateOne(
        { _id: identifier, state: 'valid', renewedBy: absent, ...notRemindedOf(days) },
        { $set: { reminded: days }, ...carrying(event) },
      );
      return result.modifiedCount === 1;
    },

    /** Notes which certificate continues another one. */
    continueWith: async (identifier: string, renewedBy: string): Promise<void> => {
      await certificates.updateOne({ _id: identifier, renewedBy: absent }, { $set: { renewedBy } });
    },

    /** Withdraws a certificate in favour of another, with its event, in one update; false when it was not in this state. */
    supersede: async (
      identifier: string,
      state: 'valid' | 'suspended',
      change: { revocation: Revocation; supersededBy: string },
      event: EventRecord,
    ): Promise<boolean> => {
      const result = await certificates.updateOne(
        { _id: identifier, state },
        { $set: { state: 'revoked', ...change }, ...carrying(event) },
      );
      return result.modifiedCount === 1;
    },

    /** The holder's choice; false when they hold no such certificate. */
    setVisibility: async (
      { identifier, accountId }: { identifier: string; accountId: string },
      visibility: Visibility,
    ): Promise<boolean> => {
      const result = await certificates.updateOne({ _id: identifier, accountId }, { $set: { visibility } });
      return result.matchedCount === 1;
    },
  };
};

export type LifetimeStore = ReturnType<typeof createLifetimeStore>;
