import type { Clock } from '../../platform/clock.ts';
import { OAuthRefusal } from '../../platform/http/oauth.ts';
import { type Random, token } from '../../platform/random.ts';
import { type ApiClientWithSecret, readScopes, type Scope } from '../clients/api-client.ts';
import type { ApiClientStore } from '../clients/api-client-store.ts';
import { hashOf, isSecret } from '../clients/client-secret.ts';
import type { AccessTokenStore } from './access-token-store.ts';
import { invalidClient, type TokenRequest } from './token-request.ts';

export const tokenSeconds = 600;

type GrantDeps = {
  clients: ApiClientStore;
  tokens: AccessTokenStore;
  clock: Clock;
  random: Random;
  /** Counts a token of a client that has authenticated. @throws DomainError `too-many-requests` */
  count(clientId: string): Promise<void>;
};

/** The members of a successful answer (RFC 6749, 5.1). */
export type Grant = { access_token: string; token_type: 'Bearer'; expires_in: number; scope: string };

/** Compared with when nobody has the id: an unknown client takes as long as a wrong secret. */
const nobodysHash = hashOf('nobody');

const wantedScopes = (client: ApiClientWithSecret, text: string | undefined): readonly Scope[] => {
  if (text === undefined) return client.scopes;
  const wanted = readScopes(text);
  const allowed =
    wanted !== undefined && wanted.length > 0 && wanted.every((one) => client.scopes.includes(one));
  if (!allowed) throw new OAuthRefusal('invalid_scope', 'a scope is unknown, or not one of this client');
  return wanted;
};

/**
 * Gives a client an opaque access token of ten minutes. The token itself is stored nowhere, only its hash.
 * @throws OAuthRefusal `invalid_client`, `invalid_scope`; DomainError `too-many-requests`
 */
export const createGrantToken =
  ({ clients, tokens, clock, random, count }: GrantDeps) =>
  async ({ clientId, clientSecret, basic, scope }: TokenRequest): Promise<Grant> => {
    const client = await clients.find(clientId);
    const known = isSecret(clientSecret, client?.secretHash ?? nobodysHash);
    if (!client || !known || client.revokedAt) {
      throw invalidClient('the client is unknown, revoked, or its secret is wrong', { basic });
    }
    const granted = wantedScopes(client, scope);
    await count(client.id);
    const now = clock.now();
    const accessToken = token(random);
    const expiresAt = new Date(now.getTime() + tokenSeconds * 1000);
    const { secretNumber } = client;
    await tokens.add(hashOf(accessToken), { clientId: client.id, scopes: granted, secretNumber, expiresAt });
    await clients.noteUse(client.id, now);
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: tokenSeconds,
      scope: granted.join(' '),
    };
  };
