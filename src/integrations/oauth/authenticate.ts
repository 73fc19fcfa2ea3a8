import type { Clock } from '../../platform/clock.ts';
import type { ApiClient, Scope } from '../clients/api-client.ts';
import type { ApiClientStore } from '../clients/api-client-store.ts';
import { hashOf } from '../clients/client-secret.ts';
import type { AccessTokenStore } from './access-token-store.ts';

/** A client and what its token allows it to do now. */
export type Caller = { client: ApiClient; scopes: readonly Scope[] };

type AuthenticateDeps = { clients: ApiClientStore; tokens: AccessTokenStore; clock: Clock };

/**
 * The caller behind an access token; nothing when the token is unknown or has ended, its secret was replaced, or its client
 * was revoked. The client is asked for at every call, so each of these counts at once.
 */
export const createAuthenticate =
  ({ clients, tokens, clock }: AuthenticateDeps) =>
  async (accessToken: string): Promise<Caller | undefined> => {
    const token = await tokens.find(hashOf(accessToken));
    if (!token || token.expiresAt <= clock.now()) return undefined;
    const client = await clients.find(token.clientId);
    if (!client || client.revokedAt || client.secretNumber !== token.secretNumber) return undefined;
    return { client, scopes: token.scopes };
  };
