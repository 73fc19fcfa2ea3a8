import { createHash, randomUUID } from 'node:crypto';
import type { CredentialIssuer } from '../../issuer/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { DomainError, invalid } from '../../platform/errors.ts';
import type { Mode } from '../clients/api-client.ts';
import type { IssueRequest } from './issue-request.ts';
import type { CredentialRecord } from './issued-credential.ts';
import type { IssuedCredentialStore } from './issued-credential-store.ts';

type JsonObject = { readonly [member: string]: unknown };

export type IssueDeps = {
  credentials: IssuedCredentialStore;
  issuing: Readonly<Record<Mode, CredentialIssuer>>;
  /** Our verifier's one word over a credential. */
  verdictOf(credential: JsonObject): Promise<string>;
  clock: Clock;
};

/** Who asks for what. With a key of repetition the same request gives the same answer, however often it is sent. */
export type IssueCommand = {
  clientId: string;
  mode: Mode;
  request: IssueRequest;
  idempotencyKey: string | undefined;
};

/** What a fresh credential may be in the eyes of our own verifier: good, or good at another time. */
const goodVerdicts: Readonly<Record<Mode, readonly string[]>> = {
  live: ['verified', 'verified_not_current'],
  test: ['test', 'verified_not_current'],
};

const longestId = 2048;

const digestOf = (credential: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(credential)).digest('base64url');

/** Faults of a credential are told by their place in the request. */
const inRequest = (error: unknown): unknown => {
  if (!(error instanceof DomainError) || error.errors.length === 0) return error;
  const errors = error.errors.map((fault) => ({ ...fault, pointer: `/credential${fault.pointer}` }));
  return new DomainError(error.kind, error.code, { params: error.params, errors });
};

/** What the client calls it; nothing when it left that to us (VCALM 1.0, `credentialId`). */
const givenId = (credential: JsonObject, request: IssueRequest): string | undefined => {
  const own = typeof credential.id === 'string' ? credential.id : undefined;
  if (own !== undefined && own.length > longestId)
    throw invalid([{ pointer: '/credential/id', code: 'too-long', params: { max: longestId } }]);
  if (own !== undefined && request.credentialId !== undefined && request.credentialId !== own)
    throw invalid([{ pointer: '/options/credentialId', code: 'two-ids' }]);
  return request.credentialId ?? own;
};

const newId = (): string => `urn:uuid:${randomUUID()}`;

const withId = ({ '@context': context, ...rest }: JsonObject, id: string): JsonObject => ({
  '@context': context,
  id,
  ...rest,
});

const taken = (): DomainError => new DomainError('conflict', 'credential-id-taken');
const reused = (): DomainError => new DomainError('invalid', 'idempotency-key-reused');

/**
 * Issues what a client composed. Everything that can be wrong with it is found before its id is taken. Then each step
 * finds what an earlier run did: the reservation by id or key, the places on the lists by the reservation, the signature
 * by the date of the reservation. Only the last step hands it out, and it succeeds once.
 * @throws DomainError as `CredentialIssuer`, `credential-id-taken`, `idempotency-key-reused`, `credential-not-verifiable`
 */
export const createIssueCredential = ({ credentials, issuing, verdictOf, clock }: IssueDeps) => {
  /** Places on lists and a signature, the same ones whenever this is repeated. */
  const secure = async (
    record: CredentialRecord,
    unsigned: JsonObject,
    { securedAs, purposes }: IssueRequest,
  ): Promise<JsonObject> => {
    const issuer = issuing[record.mode];
    const { entries } = await issuer.statusLists.allocate(record.id, purposes);
    const inOrder = purposes.flatMap((purpose) => entries.filter((entry) => entry.purpose === purpose));
    return issuer.sign(unsigned, { securedAs, entries: inOrder, created: record.reservedAt });
  };

  const assertVerifies = async (credential: JsonObject, mode: Mode): Promise<void> => {
    const verdict = await verdictOf(credential);
    if (goodVerdicts[mode].includes(verdict)) return;
    throw new DomainError('invalid', 'credential-not-verifiable', { params: { reason: verdict } });
  };

  /** Whether the answer that was given before is the answer to this request. */
  const assertSame = (
    record: CredentialRecord | undefined,
    digest: string,
    key: string | undefined,
  ): void => {
    if (key === undefined || record?.idempotencyKey !== key) throw taken();
    if (record.state !== 'issued' || record.digest !== digest) throw reused();
  };

  const reserve = async (
    command: IssueCommand,
    credentialId: string | undefined,
  ): Promise<CredentialRecord> => {
    const { clientId, mode, idempotencyKey } = command;
    const record = await credentials.reserve({
      ...{ id: randomUUID(), state: 'reserved', clientId, mode, idempotencyKey },
      ...{ credentialId: credentialId ?? newId(), reservedAt: clock.now() },
    });
    const sameKey = idempotencyKey !== undefined && record.idempotencyKey === idempotencyKey;
    if (sameKey && credentialId !== undefined && record.credentialId !== credentialId) throw reused();
    if (record.state === 'issued' && !sameKey) throw taken();
    return record;
  };

  const admit = async ({ mode, request }: IssueCommand): Promise<JsonObject> => {
    const issuer = issuing[mode];
    try {
      const credential = issuer.admit(request.credential);
      const named = givenId(credential, request) === undefined ? withId(credential, newId()) : credential;
      await issuer.rehearse(named, request);
      return credential;
    } catch (error) {
      throw inRequest(error);
    }
  };

  return async (command: IssueCommand): Promise<JsonObject> => {
    const { request, idempotencyKey } = command;
    const admitted = await admit(command);
    const credentialId = givenId(admitted, request);
    const record = await reserve(command, credentialId);
    const unsigned = credentialId === undefined ? withId(admitted, record.credentialId) : admitted;
    const credential = await secure(record, unsigned, request);
    const digest = digestOf(credential);
    if (record.state === 'issued') {
      assertSame(record, digest, idempotencyKey);
      return credential;
    }
    await assertVerifies(credential, record.mode);
    const { purposes } = request;
    if (!(await credentials.keep(record.id, { issuedAt: clock.now(), digest, purposes }))) {
      assertSame(await credentials.byId(record.id), digest, idempotencyKey);
    }
    return credential;
  };
};
