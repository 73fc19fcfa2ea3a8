import type { FieldFault } from '../platform/errors.ts';
import { context, isVersion1, party, proofs, typed, typesWith } from './check-shape.ts';
import { each, fault, membersOf, none, optional, type Rule, required, url } from './shape-rules.ts';
import { isObject, type JsonObject } from './types.ts';

/**
 * The structural rules of a presentation (VC Data Model 2.0, 4.13, or 1.1, 4.10 when the first context says so). What is
 * in its credentials is asked of each of them. Every fault at once, with a JSON Pointer. Call it on guarded documents.
 */
export const checkPresentationShape = (document: JsonObject): readonly FieldFault[] =>
  membersOf(document, isVersion1(document) ? version1 : version2, '');

const credentialObject: Rule = (value, pointer) => (isObject(value) ? none : fault(pointer, 'not-an-object'));

/** Version 1.1 also carries credentials as compact JWS. */
const credentialOrText: Rule = (value, pointer) =>
  typeof value === 'string' ? none : credentialObject(value, pointer);

const shared: Readonly<Record<string, Rule>> = {
  '@context': required(context),
  id: optional(url),
  type: required(typesWith('VerifiablePresentation', 'not-a-presentation-type')),
  holder: optional(party),
  termsOfUse: optional(typed),
  proof: optional(proofs),
};

const version2 = { ...shared, verifiableCredential: optional(each(credentialObject)) };
const version1 = { ...shared, verifiableCredential: optional(each(credentialOrText)) };
