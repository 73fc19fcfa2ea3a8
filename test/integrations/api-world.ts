import type { Test } from 'supertest';
import type { ClientCredentials, Mode, Scope } from '../../src/integrations/index.ts';
import type { World } from '../support/world.ts';

type Json = Record<string, unknown>;

/** A program with a client of its own, that asks for tokens as it needs them. */
export type Program = ClientCredentials & {
  token(): Promise<string>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Test>;
  issue(credential: unknown, options?: unknown, headers?: Record<string, string>): Promise<Test>;
  setStatus(credentialId: unknown, statusPurpose: string, status: boolean): Promise<Test>;
};

export const program = async (
  world: World,
  mode: Mode = 'live',
  scopes: readonly Scope[] = ['credentials:issue', 'credentials:status'],
): Promise<Program> => {
  const credentials = await world.modules.integrations.clients.create({
    name: 'Campus',
    mode,
    scopes,
    by: 'zoe',
  });
  const { clientId, clientSecret } = credentials;
  const token = async (): Promise<string> => {
    const asked = world.agent().post('/oauth/token').type('form').auth(clientId, clientSecret);
    return (await asked.send({ grant_type: 'client_credentials' })).body.access_token;
  };
  const post: Program['post'] = async (path, body, headers = {}) => {
    const asked = world
      .agent()
      .post(path)
      .set({ Authorization: `Bearer ${await token()}`, ...headers });
    return (await asked.send(body as object)) as never;
  };
  return {
    ...credentials,
    token,
    post,
    issue: (credential, options, headers) =>
      post('/credentials/issue', options === undefined ? { credential } : { credential, options }, headers),
    setStatus: (credentialId, statusPurpose, status) =>
      post('/credentials/status', {
        credentialId,
        credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose },
        status,
      }),
  };
};

/** A credential of VCDM 2.0, as a program composes it. */
export const composed = (issuer: string, changes: Json = {}): Json => ({
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ],
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  issuer,
  validFrom: '2026-11-01T00:00:00Z',
  credentialSubject: {
    type: ['AchievementSubject'],
    name: 'Chloé Lefèvre',
    achievement: {
      id: 'https://campus.example/achievements/welding',
      type: ['Achievement'],
      name: 'Welding',
      description: 'Joins steel.',
      criteria: { narrative: 'Passed the workshop test.' },
    },
  },
  ...changes,
});

/** As the public VC API suite sends it: VCDM 1.1. */
export const composedV1 = (issuer: string, changes: Json = {}): Json => ({
  '@context': ['https://www.w3.org/2018/credentials/v1'],
  id: 'urn:uuid:86294362-4254-4f36-854f-3952fe42555d',
  type: ['VerifiableCredential'],
  issuer,
  issuanceDate: '2020-03-16T22:37:26.544Z',
  credentialSubject: { id: 'did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b' },
  ...changes,
});
