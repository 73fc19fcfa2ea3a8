import type { JsonObject } from '../vc/index.ts';
import { periodOf } from './checks/dates.ts';
import { issuerIdOf } from './checks/issuer.ts';
import type { Facts } from './report.ts';

/** A list means what is in it: nulls and lists around a value change no signature, and must hide nothing. */
const firstOf = (value: unknown): unknown =>
  [value].flat(Number.POSITIVE_INFINITY).find((item) => item !== null);

const object = (value: unknown): JsonObject => {
  const first = firstOf(value);
  return typeof first === 'object' && first !== null ? (first as JsonObject) : {};
};

/** A text, or the first of a language map (VC Data Model 2.0, 11.1). */
const text = (value: unknown): string | undefined => {
  const first = firstOf(value);
  if (typeof first === 'string') return first;
  const inner = object(first)['@value'];
  return typeof inner === 'string' ? inner : undefined;
};

/** The holder as Open Badges 3.0 (B.8 IdentityObject) may name them; a hash names nobody. */
const identityName = (identity: JsonObject): string | undefined =>
  identity.hashed === false && identity.identityType === 'name' ? text(identity.identityHash) : undefined;

/**
 * How it was assessed. Evidence is a set: its order is not signed, so the piece that calls itself the assessment counts,
 * wherever it stands.
 */
const assessmentOf = (evidence: unknown): JsonObject => {
  const pieces = [evidence]
    .flat(Number.POSITIVE_INFINITY)
    .filter((piece) => piece !== null)
    .map(object);
  return pieces.find(({ genre }) => text(genre) === 'Assessment') ?? pieces[0] ?? {};
};

/** The printed fields, read from the signed document and from nowhere else. */
export const factsOf = (credential: JsonObject): Facts => {
  const subject = object(credential.credentialSubject);
  const achievement = object(subject.achievement);
  const period = periodOf(credential);
  return {
    credentialId: text(credential.id),
    holderName: text(subject.name) ?? identityName(object(subject.identifier)),
    achievementName: text(achievement.name) ?? text(credential.name),
    description: text(achievement.description) ?? text(credential.description),
    criteria: text(object(achievement.criteria).narrative),
    assessment: text(assessmentOf(credential.evidence).narrative),
    language: text(achievement.inLanguage),
    issuerName: text(object(credential.issuer).name),
    issuerId: issuerIdOf(credential),
    validFrom: period.from,
    validUntil: period.until,
  };
};
