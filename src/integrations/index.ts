import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Issuer } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import type { Verifier } from '../verifier/index.ts';
import { createApiClientStore } from './clients/api-client-store.ts';
import { type Clients, createClients } from './clients/manage-clients.ts';
import { createChangeStatus } from './credentials/change-status.ts';
import { createIssueCredential } from './credentials/issue-credential.ts';
import { createIssuedCredentialStore } from './credentials/issued-credential-store.ts';
import { createCredentialRoutes } from './credentials/routes.ts';
import { tokensPerClient } from './limits.ts';
import { createAccessTokenStore } from './oauth/access-token-store.ts';
import { createAuthenticate } from './oauth/authenticate.ts';
import { createGrantToken } from './oauth/grant-token.ts';
import { createRequireScope } from './oauth/guards.ts';
import { createOAuthRoutes } from './oauth/routes.ts';
import { createOpenApiRoutes } from './openapi/routes.ts';
import { createPersonalData } from './personal-data.ts';

export { type ApiClient, type Mode, modes, readScopes, type Scope, scopes } from './clients/api-client.ts';
export type { ClientCredentials, Clients } from './clients/manage-clients.ts';
export {
  ApiClientCreated,
  ApiClientRevoked,
  ApiClientSecretReplaced,
  CredentialStatusChanged,
} from './events.ts';

type IntegrationsDeps = {
  config: Pick<Config, 'baseUrl'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  limits: RateLimits;
  issuer: Pick<Issuer, 'issuing'>;
  verifier: Pick<Verifier, 'verify'>;
};

export type Integrations = {
  /** The programs that may use the API. */
  clients: Clients;
  /** The token endpoint and its metadata; they read their own bodies. */
  oauth: Router;
  /** The description of every machine route. */
  openApi: Router;
  /** What programs with a token may do: issue, and say what is withdrawn. */
  routes: Router;
  /** Publishes what a client said of a credential: the reaction that completes a change that was cut. */
  publishStatus(recordId: string): Promise<void>;
  personalData: PersonalDataProvider;
};

/** What other programs may do here: who they are, and what they issue and withdraw. */
export const createIntegrations = (deps: IntegrationsDeps): Integrations => {
  const { config, connection, clock, random, outbox, limits, issuer, verifier } = deps;
  const { issuing } = issuer;
  const clients = createApiClientStore(connection, outbox);
  const tokens = createAccessTokenStore(connection);
  const count = async (clientId: string): Promise<void> => {
    await limits.consume(tokensPerClient, clientId);
  };
  const credentials = createIssuedCredentialStore(connection, outbox);
  const status = createChangeStatus({ credentials, issuing, clock, outbox });
  const verdictOf = async (credential: object): Promise<string> =>
    (await verifier.verify(credential)).verdict;
  const grantToken = createGrantToken({ clients, tokens, clock, random, count });

  return {
    clients: createClients({ clients, clock, random, outbox }),
    oauth: createOAuthRoutes({ baseUrl: config.baseUrl, limits, grantToken }),
    openApi: createOpenApiRoutes(config.baseUrl),
    routes: createCredentialRoutes({
      requireScope: createRequireScope(createAuthenticate({ clients, tokens, clock })),
      limits,
      issueCredential: createIssueCredential({ credentials, issuing, verdictOf, clock }),
      changeStatus: status.change,
    }),
    publishStatus: status.publish,
    personalData: createPersonalData({ tokens, credentials }),
  };
};
