import { hash } from 'node:crypto';
import { escapeText, isPlainIri, isUnremarkable } from './n-quads.ts';

/** A line of N-Quads with parts left open: `texts` around `slots`, each the number of a part. */
export type Line = { readonly texts: readonly string[]; readonly slots: readonly number[] };

/**
 * Lines in order, except that the lines of a run are ordered by what is filled in. Neighbours that need no ordering are
 * written as one line.
 */
export type Runs = readonly (readonly Line[])[];

/** All lines of one subject. A subject ends before anything else begins, so that sorting subjects sorts lines. */
export type Group = { readonly subject: Line; readonly runs: Runs };

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
  readonly blankNodes: readonly Runs[];
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
      lastDigest = hash('sha256', bytes, 'buffer');
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

  const last = holes.map((): Hole => ({ value: '', written: undefined, hasAstral: false, hasHigh: false }));

  return (values, parts) => {
    let [hasAstral, hasHigh, characters] = [fixedAstral, fixedHigh, 0];
    for (let i = 0; i < holes.length; i += 1) {
      const value = values[i] as string;
      const hole = last[i] as Hole;
      if (hole.written === undefined || hole.value !== value) fillHole(hole, value, holes[i] === 'iri');
      if (hole.written === undefined) return false;
      parts[i] = hole.written;
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

type Labeller = (parts: string[]) => boolean;

/**
 * Gives the blank nodes their labels: by the order of the hashes of their lines (RDFC-1.0, 4.4.3, step 4). Refuses two
 * equal hashes, which only the whole algorithm can tell apart.
 */
const createLabeller = ({ holes, blankNodes }: Blueprint): Labeller => {
  const hashers = blankNodes.map((runs) =>
    createMemo(runs.flat(), (parts) => hash('sha256', textOfRuns(runs, parts), 'hex')),
  );
  const labels = blankNodes.map((_, place) => `_:c14n${place}`);
  const hashes: string[] = [];
  const order = blankNodes.map((_, node) => node);
  const hashAt = (place: number): string => hashes[order[place] as number] as string;
  return (parts) => {
    for (let node = 0; node < hashers.length; node += 1)
      hashes[node] = (hashers[node] as Memo<string>)(parts);
    sortInPlace(order, hashes);
    for (let place = 0; place < order.length; place += 1) {
      if (place > 0 && hashAt(place) === hashAt(place - 1)) return false;
      parts[holes.length + (order[place] as number)] = labels[place] as string;
    }
    return true;
  };
};

type Assembler = (parts: readonly string[]) => Buffer | undefined;

/** Where canonical forms are put together, in UTF-8. Nothing waits between writing and hashing, so one place serves all. */
let desk = Buffer.allocUnsafeSlow(64 * 1024);

/** What was put there stays; `bytes` more find room. */
const makeRoom = (end: number, bytes: number): void => {
  if (end + bytes <= desk.length) return;
  const larger = Buffer.allocUnsafeSlow((end + bytes) * 2);
  desk.copy(larger, 0, 0, end);
  desk = larger;
};

/**
 * All lines in order, valid until the next call; or nothing when two lines are equal: the quads are then fewer, which
 * changes hashes too.
 */
const createAssembler = ({ groups, holes }: Blueprint): Assembler => {
  const writers = groups.map(({ runs }) => runs.map((run) => createRunPut(run, holes.length)));
  const namers = groups.map(({ subject }) => createMemo([subject], (parts) => fill(subject, parts)));
  const subjects: string[] = [];
  const order = groups.map((_, group) => group);
  return (parts) => {
    for (let i = 0; i < groups.length; i += 1) subjects[i] = (namers[i] as Memo<string>)(parts);
    sortInPlace(order, subjects);
    let end = 0;
    for (let place = 0; place < order.length; place += 1) {
      const runs = writers[order[place] as number] as readonly Put[];
      for (let run = 0; run < runs.length; run += 1) {
        end = (runs[run] as Put)(parts, end);
        if (end < 0) return undefined;
      }
    }
    return desk.subarray(0, end);
  };
};

/** Puts something on the desk from here on; answers where it ends, or less than nothing when two lines are equal. */
type Put = (parts: readonly string[], end: number) => number;

const createRunPut = (run: readonly Line[], holes: number): Put => {
  if (run.length === 1) return createLinePut(run[0] as Line, holes);
  return (parts, end) => {
    const text = inOrder(run, parts, false);
    if (text === '') return -1;
    // UTF-8 takes up to three bytes for a UTF-16 unit.
    makeRoom(end, text.length * 3);
    return end + desk.write(text, end, 'utf8');
  };
};

/**
 * A line in pieces that lie encoded, between the labels of blank nodes: one that gets another label in a document moves
 * those of all the others, while the rest of their lines stays.
 */
const createLinePut = (line: Line, holes: number): Put => {
  const { pieces, labels } = cutAtLabels(line, holes);
  const encoded = pieces.map((piece) =>
    createMemo([piece], (parts) => Buffer.from(fill(piece, parts), 'utf8')),
  );
  return (parts, start) => {
    let end = start;
    for (let i = 0; i < encoded.length; i += 1) {
      if (i > 0) end = putLabel(parts[labels[i - 1] as number] as string, end);
      const bytes = (encoded[i] as Memo<Buffer>)(parts);
      makeRoom(end, bytes.length);
      desk.set(bytes, end);
      end += bytes.length;
    }
    return end;
  };
};

const cutAtLabels = ({ texts, slots }: Line, holes: number) => {
  const pieces: { texts: string[]; slots: number[] }[] = [{ texts: [texts[0] as string], slots: [] }];
  const labels: number[] = [];
  for (const [i, slot] of slots.entries()) {
    const text = texts[i + 1] as string;
    const piece = pieces.at(-1);
    if (slot >= holes || !piece) {
      labels.push(slot);
      pieces.push({ texts: [text], slots: [] });
    } else {
      piece.slots.push(slot);
      piece.texts.push(text);
    }
  }
  return { pieces, labels };
};

/** Labels are ASCII. */
const putLabel = (label: string, end: number): number => {
  makeRoom(end, label.length);
  for (let i = 0; i < label.length; i += 1) desk[end + i] = label.charCodeAt(i);
  return end + label.length;
};

const textOfRuns = (runs: Runs, parts: readonly string[]): string => {
  let text = '';
  for (let i = 0; i < runs.length; i += 1) {
    const run = runs[i] as readonly Line[];
    text += run.length === 1 ? fill(run[0] as Line, parts) : inOrder(run, parts, true);
  }
  return text;
};

/** Empty when two lines are equal, unless they may be. */
const inOrder = (run: readonly Line[], parts: readonly string[], twins: boolean): string => {
  const lines = run.map((line) => fill(line, parts)).sort();
  return twins || lines.every((line, i) => i === 0 || line !== lines[i - 1]) ? lines.join('') : '';
};

type Memo<T> = (parts: readonly string[]) => T;

/** Keeps the last result for as long as the parts in these lines stay: much repeats from certificate to certificate. */
const createMemo = <T>(lines: readonly Line[], make: Memo<T>): Memo<T> => {
  const slots = [...new Set(lines.flatMap((line) => line.slots))];
  const last: string[] = [];
  let made: T | undefined;
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
