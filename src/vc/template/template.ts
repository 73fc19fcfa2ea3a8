import { hash } from 'node:crypto';
import { escapeText, isPlainIri, isUnremarkable } from './n-quads.ts';

/** A line of N-Quads with parts left open: `texts` around `slots`, each the number of a part. */
export type Line = { readonly texts: readonly string[]; readonly slots: readonly number[] };

/**
 * Canonical N-Quads with holes. Parts 0 and up are the holes of the document, as it counts them; behind them come the
 * labels of the blank nodes.
 */
export type Blueprint = {
  /** What may stand in each hole. */
  readonly holes: readonly ('text' | 'iri')[];
  readonly lines: readonly Line[];
  /** For each blank node the lines that name it, itself as `_:a` and others as `_:z` (RDFC-1.0, 4.6.3). */
  readonly blankNodes: readonly (readonly Line[])[];
  /** The IRIs that are subjects: written out, or the number of their hole. */
  readonly subjects: readonly (string | number)[];
};

export type Template = {
  /** The canonical N-Quads with these values in the holes; nothing where only the stock library can tell. */
  canonical(values: readonly string[]): string | undefined;
  /** Their SHA-256. */
  digest(values: readonly string[]): Buffer | undefined;
};

export const createTemplate = (blueprint: Blueprint): Template => {
  const write = createWriter(blueprint);
  const label = createLabeller(blueprint);
  const sort = createSorter(blueprint.lines);
  const parts: string[] = new Array(blueprint.holes.length + blueprint.blankNodes.length).fill('');
  const lastValues: string[] = [];
  let lastDigest: Buffer | undefined;

  const canonical = (values: readonly string[]): string | undefined =>
    write(values, parts) && label(parts) ? sort(parts) : undefined;

  return {
    canonical,
    digest: (values) => {
      // Proof options are the same for all that is signed within a second.
      if (lastDigest && sameValues(values, lastValues)) return lastDigest;
      const text = canonical(values);
      if (text === undefined) return undefined;
      copyInto(lastValues, values);
      lastDigest = hash('sha256', text, 'buffer');
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

const fill = ({ texts, slots }: Line, parts: readonly string[]): string => {
  let text = texts[0] as string;
  for (let i = 0; i < slots.length; i += 1) text += `${parts[slots[i] as number]}${texts[i + 1]}`;
  return text;
};

const astral = /[\ud800-\udbff]/;
const highBasicPlane = /[\ue000-\uffff]/;
/** No characters of XML 1.1, which newer canonical N-Quads escape and the stock library does not. */
const nonCharacters = /[\ufffe\uffff]/;

/** The last values of each template are kept in memory. */
const maxCharacters = 200_000;

type Writer = (values: readonly string[], parts: string[]) => boolean;

/**
 * Writes the values into their parts. Refuses what might be hashed otherwise: IRIs that JSON-LD could change, broken
 * characters, text that sorts differently by code point (RDFC-1.0) and by UTF-16 unit (stock), two nodes of one id.
 */
const createWriter = ({ holes, lines, subjects }: Blueprint): Writer => {
  const fixed = lines.flatMap(({ texts }) => texts).join('');
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

  return (values, parts) => {
    let [hasAstral, hasHigh, characters] = [fixedAstral, fixedHigh, 0];
    for (let i = 0; i < holes.length; i += 1) {
      const value = values[i] as string;
      parts[i] = value;
      characters += value.length;
      if (holes[i] === 'iri') {
        if (!isPlainIri(value)) return false;
      } else if (!isUnremarkable(value)) {
        if (!value.isWellFormed() || nonCharacters.test(value)) return false;
        hasAstral ||= astral.test(value);
        hasHigh ||= highBasicPlane.test(value);
        parts[i] = escapeText(value);
      }
    }
    return !(hasAstral && hasHigh) && characters <= maxCharacters && !repeatsSubject(values);
  };
};

type Labeller = (parts: string[]) => boolean;

/**
 * Gives the blank nodes their labels: by the order of the hashes of their lines (RDFC-1.0, 4.4.3, step 4). Refuses two
 * equal hashes, which only the whole algorithm can tell apart.
 */
const createLabeller = ({ holes, blankNodes }: Blueprint): Labeller => {
  const hashes = blankNodes.map(createNodeHash);
  return (parts) => {
    const found = hashes.map((hashOf, node) => ({ node, hash: hashOf(parts) }));
    found.sort((a, b) => (a.hash < b.hash ? -1 : 1));
    for (let i = 0; i < found.length; i += 1) {
      const { node, hash: own } = found[i] as { node: number; hash: string };
      if (own === found[i - 1]?.hash) return false;
      parts[holes.length + node] = `_:c14n${i}`;
    }
    return true;
  };
};

/** The first-degree hash of one blank node; the last one is kept, since much repeats from certificate to certificate. */
const createNodeHash = (lines: readonly Line[]): ((parts: readonly string[]) => string) => {
  const slots = [...new Set(lines.flatMap((line) => line.slots))];
  const last: string[] = [];
  let lastHash: string | undefined;
  return (parts) => {
    let changed = lastHash === undefined;
    for (let i = 0; i < slots.length; i += 1) {
      const part = parts[slots[i] as number] as string;
      if (last[i] === part) continue;
      last[i] = part;
      changed = true;
    }
    if (changed || lastHash === undefined) {
      const texts = lines.map((line) => fill(line, parts)).sort();
      lastHash = hash('sha256', texts.join(''), 'hex');
    }
    return lastHash;
  };
};

type Sorter = (parts: readonly string[]) => string | undefined;

/**
 * The filled lines in order. Refuses two equal ones: the quads are then fewer, which changes hashes too. Starts from the
 * last order, since that hardly differs from certificate to certificate.
 */
const createSorter = (lines: readonly Line[]): Sorter => {
  const filled: string[] = new Array(lines.length).fill('');
  const order = lines.map((_, i) => i);
  const at = (place: number): string => filled[order[place] as number] as string;

  return (parts) => {
    for (let i = 0; i < lines.length; i += 1) filled[i] = fill(lines[i] as Line, parts);
    order.sort((a, b) => ((filled[a] as string) < (filled[b] as string) ? -1 : 1));
    let text = '';
    for (let place = 0; place < order.length; place += 1) {
      if (place > 0 && at(place) === at(place - 1)) return undefined;
      text += at(place);
    }
    return text;
  };
};
