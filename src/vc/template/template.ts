import { hash } from 'node:crypto';
import { createAssembler } from './assemble.ts';
import { createLabeller } from './label-nodes.ts';
import type { Blueprint } from './lines.ts';
import { escapeText, isPlainIri, isUnremarkable } from './n-quads.ts';
import { emptyParts, type Parts } from './parts.ts';

/**
 * The 32 bytes of a SHA-256, a character (of Latin-1) for each: a Buffer of its own takes longer to make than a short text
 * to hash.
 */
export type Digest = string;

export type Template = {
  /** The canonical N-Quads with these values in the holes; nothing where only the stock library can tell. */
  canonical(values: readonly string[]): string | undefined;
  /** Their SHA-256. */
  digest(values: readonly string[]): Digest | undefined;
};

export const createTemplate = (blueprint: Blueprint): Template => {
  const write = createWriter(blueprint);
  const label = createLabeller(blueprint);
  const assemble = createAssembler(blueprint);
  const parts = emptyParts(blueprint.holes.length);
  const lastValues: string[] = [];
  let lastDigest: Digest | undefined;

  const bytesOf = (values: readonly string[]): Buffer | undefined =>
    write(values, parts) && label(parts) ? assemble(parts) : undefined;

  return {
    canonical: (values) => bytesOf(values)?.toString('utf8'),
    digest: (values) => {
      // Proof options are the same for all that is signed within a second.
      if (lastDigest && sameValues(values, lastValues)) return lastDigest;
      const bytes = bytesOf(values);
      if (!bytes) return undefined;
      copyInto(lastValues, values);
      lastDigest = hash('sha256', bytes, 'binary');
      return lastDigest;
    },
  };
};

const sameValues = (a: readonly string[], b: readonly string[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
};

const copyInto = (target: string[], source: readonly string[]): void => {
  target.length = source.length;
  for (let i = 0; i < source.length; i += 1) target[i] = source[i] as string;
};

const astral = /[\ud800-\udbff]/;
const highBasicPlane = /[\ue000-\uffff]/;
/** No characters of XML 1.1, which newer canonical N-Quads escape and the stock library does not. */
const nonCharacters = /[\ufffe\uffff]/;

/** Of all values together: the last ones of each template are kept in memory. */
export const maxCharacters = 200_000;

type Writer = (values: readonly string[], parts: Parts) => boolean;

/**
 * Writes the values into their parts. Refuses what might be hashed otherwise: IRIs that JSON-LD could change, broken
 * characters, text that sorts differently by code point (RDFC-1.0) and by UTF-16 unit (stock), two nodes of one id.
 */
const createWriter = ({ holes, groups, subjects }: Blueprint): Writer => {
  const fixed = groups.flatMap(({ runs }) => runs.flat().flatMap(({ texts }) => texts)).join('');
  const fixedAstral = astral.test(fixed);
  const fixedHigh = highBasicPlane.test(fixed);

  const repeatsSubject = (values: readonly string[]): boolean => {
    const iriOf = (subject: string | number): string =>
      typeof subject === 'number' ? (values[subject] as string) : subject;
    for (let i = 1; i < subjects.length; i += 1) {
      const subject = iriOf(subjects[i] as string | number);
      for (let j = 0; j < i; j += 1) if (iriOf(subjects[j] as string | number) === subject) return true;
    }
    return false;
  };

  const last = holes.map((): Hole => ({ value: '', written: undefined, hasAstral: false, hasHigh: false }));

  return (values, parts) => {
    let [hasAstral, hasHigh, characters] = [fixedAstral, fixedHigh, 0];
    parts.round += 1;
    for (let i = 0; i < holes.length; i += 1) {
      const value = values[i] as string;
      const hole = last[i] as Hole;
      if (hole.written === undefined || hole.value !== value) {
        fillHole(hole, value, holes[i] === 'iri');
        if (hole.written === undefined) return false;
        parts.texts[i] = hole.written;
        parts.changedIn[i] = parts.round;
      }
      characters += value.length;
      hasAstral ||= hole.hasAstral;
      hasHigh ||= hole.hasHigh;
    }
    return !(hasAstral && hasHigh) && characters <= maxCharacters && !repeatsSubject(values);
  };
};

/** What was last in a hole, and how it is written; nothing when it must not be there. */
type Hole = { value: string; written: string | undefined; hasAstral: boolean; hasHigh: boolean };

const fillHole = (hole: Hole, value: string, isIri: boolean): void => {
  hole.value = value;
  hole.hasAstral = false;
  hole.hasHigh = false;
  if (isIri ? isPlainIri(value) : isUnremarkable(value)) {
    hole.written = value;
    return;
  }
  hole.hasAstral = astral.test(value);
  hole.hasHigh = highBasicPlane.test(value);
  const refused = isIri || !value.isWellFormed() || nonCharacters.test(value);
  hole.written = refused ? undefined : escapeText(value);
};
