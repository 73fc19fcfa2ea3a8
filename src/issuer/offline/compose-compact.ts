import type { JsonObject } from '../../vc/index.ts';

const object = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : {};
const given = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** Without what a reader can do without: an entry is found by its list and index. */
const statusOf = (status: unknown): unknown => {
  const entries = (Array.isArray(status) ? status : [status]).map((entry) => {
    const { id: _id, ...rest } = object(entry);
    return rest;
  });
  return entries.length === 1 ? entries[0] : entries;
};

/**
 * The credential for paper, made from the one it accompanies: same address, issuer, dates and status entries, so that a
 * withdrawal meets both; of the achievement its name, of the holder the name. It uses terms of the VC Data Model 2.0
 * alone, and any verifier that knows the base context can check it.
 */
export const composeCompact = (credential: JsonObject): JsonObject =>
  given({
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: credential.id,
    type: ['VerifiableCredential'],
    issuer: object(credential.issuer).id ?? credential.issuer,
    validFrom: credential.validFrom,
    validUntil: credential.validUntil,
    name: credential.name,
    credentialSubject: { name: object(credential.credentialSubject).name },
    credentialStatus: statusOf(credential.credentialStatus),
  });
