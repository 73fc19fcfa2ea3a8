import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import { ApiClientCreated, ApiClientRevoked, ApiClientSecretReplaced } from '../events.ts';
import { type ApiClient, assertNewClient, type NewClient } from './api-client.ts';
import type { ApiClientStore } from './api-client-store.ts';
import { hashOf, newSecret } from './client-secret.ts';

type ManageDeps = { clients: ApiClientStore; clock: Clock; random: Random; outbox: Outbox };

/** The secret is known to nobody afterwards: only its hash is kept. */
export type ClientCredentials = { clientId: string; clientSecret: string };

export type Clients = {
  /** Allows a program to use the API. @throws DomainError `invalid-input` */
  create(client: NewClient & { by: string }): Promise<ClientCredentials>;
  /** Every client, also revoked ones, the newest first. */
  list(): Promise<ApiClient[]>;
  find(clientId: string): Promise<ApiClient | undefined>;
  /** Ends the old secret and its tokens at once. @throws DomainError `not-found`, also for one that was revoked */
  replaceSecret(command: { clientId: string; by: string }): Promise<ClientCredentials>;
  /** Shuts a client out for good, with its tokens. Safe to repeat. @throws DomainError `not-found` */
  revoke(command: { clientId: string; by: string }): Promise<void>;
};

export const createClients = ({ clients, clock, random, outbox }: ManageDeps): Clients => ({
  create: async ({ by, ...given }) => {
    const client = { ...given, name: given.name.trim() };
    assertNewClient(client);
    const clientId = `${client.mode}_${token(random, 15)}`;
    const clientSecret = newSecret(random);
    const createdAt = clock.now();
    const kept = { ...client, id: clientId, secretHash: hashOf(clientSecret), secretNumber: 1, createdAt };
    await clients.add(kept, eventOf(ApiClientCreated, { clientId, by }, createdAt));
    outbox.poke();
    return { clientId, clientSecret };
  },

  list: () => clients.list(),

  find: async (clientId) => {
    const found = await clients.find(clientId);
    if (!found) return undefined;
    const { secretHash: _hash, secretNumber: _number, ...client } = found;
    return client;
  },

  replaceSecret: async ({ clientId, by }) => {
    const clientSecret = newSecret(random);
    const event = eventOf(ApiClientSecretReplaced, { clientId, by }, clock.now());
    if (!(await clients.replaceSecret(clientId, hashOf(clientSecret), event))) throw notFound();
    outbox.poke();
    return { clientId, clientSecret };
  },

  revoke: async ({ clientId, by }) => {
    const at = clock.now();
    const changed = await clients.revoke(clientId, at, eventOf(ApiClientRevoked, { clientId, by }, at));
    if (!changed && !(await clients.find(clientId))) throw notFound();
    outbox.poke();
  },
});
