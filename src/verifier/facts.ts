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
const assessmentOf = (evidence: unknown): JsonObject =>
  pieceOf(evidence, 'Assessment') ?? objectsIn(evidence)[0] ?? {};

const objectsIn = (value: unknown): JsonObject[] =>
  [value]
    .flat(Number.POSITIVE_INFINITY)
    .filter((piece) => piece !== null)
    .map(object);

const pieceOf = (evidence: unknown, wanted: string): JsonObject | undefined =>
  objectsIn(evidence).find(({ genre }) => text(genre) === wanted);

/** Open Badges 3.0, B.19: what was asked for, of the one result that is told in percent. */
const passMarkOf = (achievement: JsonObject): string | undefined => {
  const described = objectsIn(achievement.resultDescription ?? null);
  return text(described.find(({ resultType }) => text(resultType) === 'Percent')?.requiredValue);
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
    supervision: text(pieceOf(credential.evidence, 'Supervision')?.narrative),
    participation: text(pieceOf(credential.evidence, 'Participation')?.narrative),
    passMark: passMarkOf(achievement),
    result: passMarkOf(achievement) === undefined ? undefined : text(object(subject.result).value),
    language: text(achievement.inLanguage),
    issuerName: text(object(credential.issuer).name),
    issuerId: issuerIdOf(credential),
    validFrom: period.from,
    validUntil: period.until,
  };
};
