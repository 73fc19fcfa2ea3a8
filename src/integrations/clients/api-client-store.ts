import mongoose, { type Connection } from 'mongoose';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import {
  type ApiClient,
  type ApiClientWithSecret,
  type Mode,
  modes,
  type Scope,
  scopes,
} from './api-client.ts';

type ClientDocument = {
  _id: string;
  name: string;
  mode: Mode;
  scopes: Scope[];
  secretHash: string;
  secretNumber: number;
  createdAt: Date;
  lastUsedAt?: Date;
  revokedAt?: Date;
  outbox?: EventRecord[];
};

const schema = new mongoose.Schema<ClientDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    mode: { type: String, enum: modes, required: true },
    scopes: { type: [{ type: String, enum: scopes }], required: true } as never,
    secretHash: { type: String, required: true },
    secretNumber: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    lastUsedAt: Date,
    revokedAt: Date,
  },
  { collection: 'api_clients', versionKey: false },
);
addOutbox(schema);

const toClient = (found: ClientDocument): ApiClient => ({
  id: found._id,
  name: found.name,
  mode: found.mode,
  scopes: found.scopes,
  createdAt: found.createdAt,
  lastUsedAt: found.lastUsedAt,
  revokedAt: found.revokedAt,
});

export const createApiClientStore = (connection: Connection, outbox: Outbox) => {
  const clients = connection.model<ClientDocument>('ApiClient', schema);
  outbox.watch(clients as never);
  const active = (id: string) => ({ _id: id, revokedAt: mongoose.trusted({ $exists: false }) });

  return {
    add: async (
      client: Omit<ApiClientWithSecret, 'lastUsedAt' | 'revokedAt'>,
      event: EventRecord,
    ): Promise<void> => {
      const { id, ...rest } = client;
      await clients.create({ _id: id, ...rest, outbox: [event] } as never);
    },

    find: async (id: string): Promise<ApiClientWithSecret | undefined> => {
      const found = await clients.findById(id).lean();
      return found
        ? { ...toClient(found), secretHash: found.secretHash, secretNumber: found.secretNumber }
        : undefined;
    },

    /** The newest first. */
    list: async (): Promise<ApiClient[]> =>
      (await clients.find().sort({ createdAt: -1, _id: 1 }).lean()).map(toClient),

    /** Replaces the secret of a client that is in use; false when it is none (any more). */
    replaceSecret: async (id: string, secretHash: string, event: EventRecord): Promise<boolean> => {
      const change = { $set: { secretHash }, $inc: { secretNumber: 1 }, ...carrying(event) };
      return (await clients.updateOne(active(id), change as never)).modifiedCount === 1;
    },

    /** False when it had been revoked before, or never existed. */
    revoke: async (id: string, at: Date, event: EventRecord): Promise<boolean> => {
      const change = { $set: { revokedAt: at }, ...carrying(event) };
      return (await clients.updateOne(active(id), change as never)).modifiedCount === 1;
    },

    noteUse: async (id: string, at: Date): Promise<void> => {
      await clients.updateOne({ _id: id }, { $set: { lastUsedAt: at } });
    },
  };
};

export type ApiClientStore = ReturnType<typeof createApiClientStore>;
