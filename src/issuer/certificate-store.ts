import mongoose, { type Connection } from 'mongoose';
import { ignoringDuplicates, isDuplicate } from '../platform/database/duplicates.ts';
import { carrying, type Outbox } from '../platform/database/outbox.ts';
import type { EventRecord } from '../platform/events.ts';
import type { JsonObject } from '../vc/index.ts';
import type {
  Certificate,
  OfflineCode,
  Origin,
  Reissue,
  ReservedCertificate,
  ValidCertificate,
} from './certificate.ts';
import { createCertificateLists } from './certificate-list-store.ts';
import {
  absent,
  type CertificateDocument,
  certificateSchema,
  certificateWrites,
  keyOf,
  signedFields,
  toCertificate,
  withoutOutbox,
} from './certificate-schema.ts';
import { createCertificateStatus } from './certificate-status-store.ts';
import type { StatusEntry } from './status-entry.ts';

/** Certificates that one command stores, 8 kB each: the embedded engine copies a message once for every 64 kB of it. */
const storedAtOnce = 100;

/** Writes all of them, part by part at the same time. @throws the first failure, once nothing is being written any more */
const inParts = async <T>(all: readonly T[], write: (some: readonly T[]) => Promise<void>): Promise<void> => {
  const parts = Array.from({ length: Math.ceil(all.length / storedAtOnce) }, (_, n) =>
    all.slice(n * storedAtOnce, (n + 1) * storedAtOnce),
  );
  for (const outcome of await Promise.allSettled(parts.map(write)))
    if (outcome.status === 'rejected') throw outcome.reason;
};

/** Certificates as plain objects. Every write is one document; races end at the unique origin. */
export const createCertificateStore = (connection: Connection, outbox: Outbox) => {
  const certificates = connection.model<CertificateDocument>('Certificate', certificateSchema);
  outbox.watch(certificates as never);
  /** The driver itself, for what is written in bulk. */
  const written = certificateWrites.watched(connection, certificates.collection);

  const findOne = async (filter: object): Promise<Certificate | undefined> => {
    const found = await certificates.findOne(filter, withoutOutbox).lean();
    return found ? toCertificate(found) : undefined;
  };

  return {
    ...createCertificateLists(certificates),
    ...createCertificateStatus(certificates, written),

    /** Rises with every change that this process makes. */
    changes: (): number => certificateWrites.through(connection),

    byIdentifier: (identifier: string) => findOne({ _id: identifier }),
    byOrigin: (origin: Origin) => findOne({ enrolmentId: keyOf(origin) }),

    /** Keeps the reservation, or answers the one that was there first; nothing when only its identifier is taken. */
    reserve: async (reserved: ReservedCertificate): Promise<Certificate | undefined> => {
      const { identifier, origin, ...fields } = reserved;
      try {
        await certificates.create({
          _id: identifier,
          enrolmentId: keyOf(origin),
          ...fields,
        } as CertificateDocument);
        return reserved;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return findOne({ enrolmentId: keyOf(origin) });
      }
    },

    /** Stores many signed certificates, all of them in the journal when it answers. Those that are there already stay as they are. */
    addSigned: async (signed: readonly ValidCertificate[]): Promise<void> => {
      if (signed.length === 0) return;
      const documents = signed.map(({ identifier, origin, credential, ...fields }) => ({
        _id: identifier,
        enrolmentId: keyOf(origin),
        ...fields,
        ...signedFields(credential),
      }));
      await inParts(documents, (some) =>
        ignoringDuplicates(written.insertMany(some as never, { ordered: false })),
      );
    },

    /** Gives what was sent to an address to the account that has confirmed it. */
    claim: async (recipient: string, accountId: string): Promise<number> => {
      const claimed = await certificates.updateMany(
        { recipient },
        { $set: { accountId }, $unset: { recipient: 1 } },
      );
      return claimed.modifiedCount;
    },

    /** Makes a reservation a certificate, with its event, in one update. The first signature wins; answers what is kept. */
    sign: async (
      identifier: string,
      signed: {
        credential: JsonObject;
        status: readonly StatusEntry[];
        issuedAt: Date;
        offlineCode: OfflineCode;
      },
      event: EventRecord,
    ): Promise<Certificate | undefined> => {
      await certificates.updateOne(
        { _id: identifier, state: 'issuing' },
        {
          $set: { ...signed, state: 'valid', ...signedFields(signed.credential) },
          // They stand in the credential from now on.
          $unset: { claims: 1 },
          ...carrying(event),
        },
      );
      return findOne({ _id: identifier });
    },

    /** Keeps the second code of a certificate that was issued without one; the first one stays. */
    keepOfflineCode: async (identifier: string, offlineCode: OfflineCode): Promise<void> => {
      await certificates.updateOne(
        { _id: identifier, state: 'valid', offlineCode: absent },
        { $set: { offlineCode } },
      );
    },

    /** Replaces the credential of a certificate that is in force; false when it is not the one that was read any more. */
    resign: async (identifier: string, from: JsonObject, to: JsonObject): Promise<boolean> => {
      const result = await certificates.updateOne(
        { _id: identifier, state: 'valid', credential: JSON.stringify(from) },
        { $set: signedFields(to) },
      );
      return result.modifiedCount === 1;
    },

    /** Names the key in certificates of the first version, so that they can be found by it. Safe to repeat. */
    nameKeys: async (): Promise<void> => {
      const unnamed = { signedWith: absent, credential: mongoose.trusted({ $exists: true }) };
      for await (const { _id, credential } of certificates.find(unnamed, { credential: 1 }).lean().cursor()) {
        const { signedWith } = signedFields(JSON.parse(String(credential)));
        await certificates.updateOne({ ...unnamed, _id }, { $set: { signedWith } });
      }
    },

    /** Puts a new signature in the place of one by `formerKey`, with its event, in one update. */
    reissue: async (
      identifier: string,
      {
        credential,
        offlineCode,
        at,
        formerKey,
      }: Reissue & { credential: JsonObject; offlineCode: OfflineCode },
      event: EventRecord,
    ): Promise<boolean> => {
      const { $push: outbox } = carrying(event);
      const result = await certificates.updateOne(
        // The holder may have been erased in between: then there is no text any more.
        { _id: identifier, signedWith: formerKey, credential: mongoose.trusted({ $exists: true }) },
        {
          $set: { ...signedFields(credential), offlineCode },
          $push: { ...outbox, reissues: { at, formerKey } },
        },
      );
      return result.modifiedCount === 1;
    },

    /** Removes whom a certificate names, and the copy of the credential that names them. */
    redact: async (holder: { accountId: string } | { recipient: string }, now: Date): Promise<string[]> => {
      const found = await certificates.find(holder, { _id: 1 }).lean();
      const identifiers = found.map(({ _id }) => _id);
      await certificates.updateMany(
        { _id: mongoose.trusted({ $in: identifiers }) },
        {
          $set: { state: 'redacted', redactedAt: now },
          $unset: {
            accountId: 1,
            holderName: 1,
            recipient: 1,
            result: 1,
            claims: 1,
            credential: 1,
            signedWith: 1,
            offlineCode: 1,
            'revocation.note': 1,
            'suspension.note': 1,
          },
        },
      );
      return identifiers;
    },
  };
};

export type CertificateStore = ReturnType<typeof createCertificateStore>;
