import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import { type Mode, modes } from '../clients/api-client.ts';
import type { CredentialRecord, IssuedCredential, Purpose, ReservedCredential } from './issued-credential.ts';

type CredentialDocument = {
  _id: string;
  clientId: string;
  mode: Mode;
  credentialId: string;
  idempotencyKey?: string;
  state: CredentialRecord['state'];
  reservedAt: Date;
  issuedAt?: Date;
  digest?: string;
  purposes?: Purpose[];
  revokedAt?: Date;
  suspended?: boolean;
  changes: number;
  outbox?: EventRecord[];
};

const schema = new mongoose.Schema<CredentialDocument>(
  {
    _id: { type: String, required: true },
    clientId: { type: String, required: true },
    mode: { type: String, enum: modes, required: true },
    credentialId: { type: String, required: true },
    idempotencyKey: String,
    state: { type: String, enum: ['reserved', 'issued'], required: true },
    reservedAt: { type: Date, required: true },
    issuedAt: Date,
    digest: String,
    purposes: { type: [String], default: undefined } as never,
    revokedAt: Date,
    suspended: Boolean,
    changes: { type: Number, required: true },
  },
  { collection: 'issued_credentials', versionKey: false },
)
  .index({ clientId: 1, credentialId: 1 }, { unique: true })
  .index(
    { clientId: 1, idempotencyKey: 1 },
    { unique: true, partialFilterExpression: { idempotencyKey: { $exists: true } } },
  )
  .index({ mode: 1, reservedAt: 1 });
addOutbox(schema);

const toRecord = (found: CredentialDocument): CredentialRecord => {
  const { _id, outbox: _outbox, ...rest } = found;
  const common = { ...rest, id: _id, idempotencyKey: found.idempotencyKey };
  if (found.state === 'reserved') return common as ReservedCredential;
  return { ...common, revokedAt: found.revokedAt, suspended: found.suspended === true } as IssuedCredential;
};

export const createIssuedCredentialStore = (connection: Connection, outbox: Outbox) => {
  const credentials = connection.model<CredentialDocument>('IssuedCredential', schema);
  outbox.watch(credentials as never);

  const one = async (filter: object): Promise<CredentialRecord | undefined> => {
    const found = await credentials.findOne(filter).lean();
    return found ? toRecord(found as CredentialDocument) : undefined;
  };

  const find = (clientId: string, credentialId: string): Promise<CredentialRecord | undefined> =>
    one({ clientId, credentialId });

  return {
    find,
    byIdempotencyKey: (clientId: string, idempotencyKey: string) => one({ clientId, idempotencyKey }),
    byId: (id: string) => one({ _id: id }),

    /** Takes the id and the key of repetition for this client; answers whoever had one of them first. */
    reserve: async ({ id, ...wanted }: ReservedCredential): Promise<CredentialRecord> => {
      const { clientId, credentialId, idempotencyKey } = wanted;
      try {
        await credentials.create({ _id: id, ...wanted, changes: 0 } as never);
        return { id, ...wanted };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const byKey = idempotencyKey === undefined ? undefined : await one({ clientId, idempotencyKey });
        const first = byKey ?? (await find(clientId, credentialId));
        if (!first) throw error;
        return first;
      }
    },

    /** Hands it out, once; false when another request was first. */
    keep: async (
      id: string,
      issued: { issuedAt: Date; digest: string; purposes: readonly Purpose[] },
    ): Promise<boolean> => {
      const change = { $set: { ...issued, state: 'issued', suspended: false } };
      return (
        (await credentials.updateOne({ _id: id, state: 'reserved' }, change as never)).modifiedCount === 1
      );
    },

    /** Writes down what the client said, unless somebody said the same a moment before. */
    changeStatus: async (
      { id }: IssuedCredential,
      { purpose, to, at }: { purpose: Purpose; to: boolean; at: Date },
      event: EventRecord,
    ): Promise<void> => {
      const still =
        purpose === 'suspension' ? { suspended: !to } : { revokedAt: mongoose.trusted({ $exists: false }) };
      const set = purpose === 'suspension' ? { suspended: to } : { revokedAt: at };
      const change = { $set: set, $inc: { changes: 1 }, ...carrying(event) };
      await credentials.updateOne({ _id: id, ...still }, change as never);
    },

    /** Forgets trials that were begun before the date. */
    expireTests: async (before: Date): Promise<number> =>
      (await credentials.deleteMany({ mode: 'test', reservedAt: mongoose.trusted({ $lt: before }) }))
        .deletedCount,
  };
};

export type IssuedCredentialStore = ReturnType<typeof createIssuedCredentialStore>;
