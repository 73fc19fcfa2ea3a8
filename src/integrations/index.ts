import type { RequestHandler, Router } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import type { Scope } from './clients/api-client.ts';
import { createApiClientStore } from './clients/api-client-store.ts';
import { type Clients, createClients } from './clients/manage-clients.ts';
import { tokensPerClient } from './limits.ts';
import { createAccessTokenStore } from './oauth/access-token-store.ts';
import { createAuthenticate } from './oauth/authenticate.ts';
import { createGrantToken } from './oauth/grant-token.ts';
import { createRequireScope } from './oauth/guards.ts';
import { createOAuthRoutes } from './oauth/routes.ts';
import { createPersonalData } from './personal-data.ts';

export { type ApiClient, type Mode, modes, readScopes, type Scope, scopes } from './clients/api-client.ts';
export type { ClientCredentials, Clients } from './clients/manage-clients.ts';
export { ApiClientCreated, ApiClientRevoked, ApiClientSecretReplaced } from './events.ts';

type IntegrationsDeps = {
  config: Pick<Config, 'baseUrl'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  limits: RateLimits;
};

export type Integrations = {
  /** The programs that may use the API. */
  clients: Clients;
  /** Lets requests pass whose access token has the scope; see `oauth/guards.ts`. */
  requireScope(scope: Scope): RequestHandler;
  /** The token endpoint and its metadata; they read their own bodies. */
  oauth: Router;
  personalData: PersonalDataProvider;
};

/** What other programs may do here: who they are, and what they issue and withdraw. */
export const createIntegrations = (deps: IntegrationsDeps): Integrations => {
  const { config, connection, clock, random, outbox, limits } = deps;
  const clients = createApiClientStore(connection, outbox);
  const tokens = createAccessTokenStore(connection);
  const count = async (clientId: string): Promise<void> => {
    await limits.consume(tokensPerClient, clientId);
  };
  const grantToken = createGrantToken({ clients, tokens, clock, random, count });

  return {
    clients: createClients({ clients, clock, random, outbox }),
    requireScope: createRequireScope(createAuthenticate({ clients, tokens, clock })),
    oauth: createOAuthRoutes({ baseUrl: config.baseUrl, limits, grantToken }),
    personalData: createPersonalData(tokens.expire),
  };
};
