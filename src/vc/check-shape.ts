import type { FieldFault } from '../platform/errors.ts';
import { digestMultibase, digestSri } from './related-resources.ts';
import {
  dateTime,
  each,
  type Faults,
  fault,
  isDateTimeStamp,
  languageValue,
  membersOf,
  none,
  notEmpty,
  object,
  optional,
  type Rule,
  required,
  text,
  url,
} from './shape-rules.ts';
import { asList, idOf, isObject, type JsonObject } from './types.ts';

const baseContexts = [
  'https://www.w3.org/ns/credentials/v2',
  'https://www.w3.org/2018/credentials/v1',
] as const;

/** Whether the first context says VC Data Model 1.1. */
export const isVersion1 = (document: JsonObject): boolean =>
  asList(document['@context'])[0] === baseContexts[1];

/**
 * The structural rules of VC Data Model 2.0 (chapter 4), or of 1.1 when the first context says so: contexts, types,
 * ids, texts, issuer, subject, dates, status, further typed parts, related resources, proof. Every fault at once, with
 * a JSON Pointer; empty when the shape is right. Pure: looks at no clock, key or context document.
 * Call it on guarded documents only (`guardDocument`).
 */
export const checkShape = (document: JsonObject): readonly FieldFault[] => {
  const rules = isVersion1(document) ? version1 : version2;
  return [...membersOf(document, rules, ''), ...dateOrder(document), ...statusFaults(document)];
};

/** `@context`: a list that begins with a context of the data model (VC Data Model 2.0, 4.3). */
export const context: Rule = (value, pointer) => {
  if (!Array.isArray(value)) return fault(pointer, 'not-a-list');
  if (!baseContexts.includes(value[0])) return fault(`${pointer}/0`, 'not-the-credentials-context');
  return value.flatMap((item: unknown, i) => (isObject(item) ? none : url(item, `${pointer}/${i}`)));
};

/** Whether a name is defined by a context is only known when JSON-LD is processed. */
const types = notEmpty(each(text));

/** Types, among them one that must be there. */
export const typesWith =
  (wanted: string, code: string): Rule =>
  (value, pointer) => {
    const faults = types(value, pointer);
    if (faults.length > 0) return faults;
    return asList(value).includes(wanted) ? none : fault(pointer, code);
  };

/** An issuer or a holder: a URL, or an object with one as id (VC Data Model 2.0, 4.7). */
export const party: Rule = (value, pointer) =>
  isObject(value)
    ? object({ id: required(url), name: optional(languageValue), description: optional(languageValue) })(
        value,
        pointer,
      )
    : url(value, pointer);

const subject = notEmpty(each(object({ id: optional(url) })));
/** Parts that say of which type they are. */
export const typed = each(object({ id: optional(url), type: required(types) }));
const schema = each(object({ id: required(url), type: required(types) }));

const resource = object({
  id: required(url),
  mediaType: optional(text),
  digestSRI: optional(digestSri),
  digestMultibase: optional(digestMultibase),
});

/** A digest is what makes a resource related (VC Data Model 2.0, 5.3). */
const relatedResource: Rule = (value, pointer) => {
  const entries = asList(value);
  const ids = entries.map(idOf);
  return entries.flatMap((entry, i) => {
    const at = Array.isArray(value) ? `${pointer}/${i}` : pointer;
    const faults = resource(entry, at);
    if (faults.length > 0 || !isObject(entry)) return faults;
    if (ids.indexOf(ids[i]) !== i) return fault(`${at}/id`, 'repeated');
    return 'digestSRI' in entry || 'digestMultibase' in entry ? none : fault(at, 'digest-missing');
  });
};

/** Proofs, by the little that all kinds of them have. */
export const proofs = notEmpty(each(object({ type: required(text) })));

const shared: Readonly<Record<string, Rule>> = {
  '@context': required(context),
  id: optional(url),
  type: required(typesWith('VerifiableCredential', 'not-a-credential-type')),
  issuer: required(party),
  credentialSubject: required(subject),
  credentialStatus: optional(typed),
  credentialSchema: optional(schema),
  termsOfUse: optional(typed),
  evidence: optional(typed),
  refreshService: optional(typed),
  proof: optional(proofs),
};

const version2 = {
  ...shared,
  name: optional(languageValue),
  description: optional(languageValue),
  validFrom: optional(dateTime),
  validUntil: optional(dateTime),
  relatedResource: optional(relatedResource),
};

const version1 = { ...shared, issuanceDate: required(dateTime), expirationDate: optional(dateTime) };

const dateOrder = (document: JsonObject): Faults => {
  const { validFrom, validUntil } = document;
  if (!isDateTimeStamp(validFrom) || !isDateTimeStamp(validUntil)) return none;
  return new Date(validUntil) < new Date(validFrom) ? fault('/validUntil', 'before-valid-from') : none;
};

const statusIndex: Rule = (value, pointer) =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? none : fault(pointer, 'not-an-index');

const statusEntry = object({
  statusPurpose: required(text),
  statusListIndex: required(statusIndex),
  statusListCredential: required(url),
});

/** Bitstring Status List 1.0, 2.1. */
const statusFaults = ({ credentialStatus }: JsonObject): Faults =>
  each((value, pointer) =>
    isObject(value) && asList(value.type).includes('BitstringStatusListEntry')
      ? statusEntry(value, pointer)
      : none,
  )(credentialStatus, '/credentialStatus');
