import { hash } from 'node:crypto';
import { escapeText, isPlainIri, isUnremarkable } from './n-quads.ts';

/** A line of N-Quads with parts left open: `texts` around `slots`, each the number of a part. */
export type Line = { readonly texts: readonly string[]; readonly slots: readonly number[] };

/**
 * The lines of one subject, in runs of one predicate each. The runs are in order; the lines of a run are ordered by what is
 * filled in. Subjects and predicates end before anything else begins, so that sorting them sorts the lines.
 */
export type Group = { readonly subject: Line; readonly runs: readonly (readonly Line[])[] };

/**
 * Canonical N-Quads with holes. Parts 0 and up are the holes of the document, as it counts them; behind them come the
 * labels of the blank nodes.
 */
export type Blueprint = {
  /** What may stand in each hole. */
  readonly holes: readonly ('text' | 'iri')[];
  /** All lines, by subject. */
  readonly groups: readonly Group[];
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
  const assemble = createAssembler(blueprint);
  const parts: string[] = new Array(blueprint.holes.length + blueprint.blankNodes.length).fill('');
  const lastValues: string[] = [];
  let lastDigest: Buffer | undefined;

  const canonical = (values: readonly string[]): string | undefined =>
    write(values, parts) && label(parts) ? assemble(parts) : undefined;

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
  const hashers = blankNodes.map((lines) => createMemo(lines, (parts) => hashOfLines(lines, parts)));
  const hashes: string[] = [];
  const order = blankNodes.map((_, node) => node);
  const hashAt = (place: number): string => hashes[order[place] as number] as string;
  return (parts) => {
    for (let node = 0; node < hashers.length; node += 1) hashes[node] = (hashers[node] as Memo)(parts);
    sortInPlace(order, hashes);
    for (let place = 0; place < order.length; place += 1) {
      if (place > 0 && hashAt(place) === hashAt(place - 1)) return false;
      parts[holes.length + (order[place] as number)] = `_:c14n${place}`;
    }
    return true;
  };
};

const hashOfLines = (lines: readonly Line[], parts: readonly string[]): string => {
  const texts = lines.map((line) => fill(line, parts));
  texts.sort();
  return hash('sha256', texts.join(''), 'hex');
};

type Assembler = (parts: readonly string[]) => string | undefined;

/** All lines in order, or nothing when two are equal: the quads are then fewer, which changes hashes too. */
const createAssembler = ({ groups }: Blueprint): Assembler => {
  const writers = groups.map(({ runs }) => createMemo(runs.flat(), (parts) => textOfRuns(runs, parts)));
  const subjects: string[] = [];
  const order = groups.map((_, group) => group);
  return (parts) => {
    for (let i = 0; i < groups.length; i += 1) subjects[i] = fill((groups[i] as Group).subject, parts);
    sortInPlace(order, subjects);
    let text = '';
    for (let place = 0; place < order.length; place += 1) {
      const lines = (writers[order[place] as number] as Memo)(parts);
      if (lines === '') return undefined;
      text += lines;
    }
    return text;
  };
};

/** Empty when two lines are equal. */
const textOfRuns = (runs: Group['runs'], parts: readonly string[]): string => {
  let text = '';
  for (const run of runs) {
    const lines = run.map((line) => fill(line, parts));
    if (lines.length > 1) {
      lines.sort();
      if (lines.some((line, i) => i > 0 && line === lines[i - 1])) return '';
    }
    for (const line of lines) text += line;
  }
  return text;
};

type Memo = (parts: readonly string[]) => string;

/** Keeps the last result for as long as the parts in these lines stay: much repeats from certificate to certificate. */
const createMemo = (lines: readonly Line[], make: Memo): Memo => {
  const slots = [...new Set(lines.flatMap((line) => line.slots))];
  const last: string[] = [];
  let made: string | undefined;
  return (parts) => {
    let changed = made === undefined;
    for (let i = 0; i < slots.length; i += 1) {
      const part = parts[slots[i] as number] as string;
      if (last[i] === part) continue;
      last[i] = part;
      changed = true;
    }
    if (changed || made === undefined) made = make(parts);
    return made;
  };
};

/** Sorts numbers by the texts they stand for. They come nearly sorted, since that hardly differs between documents. */
const sortInPlace = (order: number[], texts: readonly string[]): void => {
  for (let i = 1; i < order.length; i += 1) {
    const moving = order[i] as number;
    const text = texts[moving] as string;
    let place = i;
    for (; place > 0 && (texts[order[place - 1] as number] as string) > text; place -= 1) {
      order[place] = order[place - 1] as number;
    }
    order[place] = moving;
  }
};
