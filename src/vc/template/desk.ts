import type { Line, Runs } from './lines.ts';
import { createWatch, fill, type Parts, type Watch } from './parts.ts';

/** Where canonical forms are put together, in UTF-8. Nothing waits between writing and hashing, so one place serves all. */
let desk = Buffer.allocUnsafeSlow(64 * 1024);

/** What was put there stays; `bytes` more find room. */
const makeRoom = (end: number, bytes: number): void => {
  if (end + bytes <= desk.length) return;
  const larger = Buffer.allocUnsafeSlow((end + bytes) * 2);
  desk.copy(larger, 0, 0, end);
  desk = larger;
};

/** What lies on the desk up to here: valid until the next is put there. */
export const onDesk = (end: number): Buffer => desk.subarray(0, end);

/** Puts something on the desk from here on; answers where it ends, or less than nothing when two lines are equal. */
export type Put = (parts: Parts, end: number) => number;

/** Everything that stands there, one after the other. */
export const putAll = (puts: readonly Put[], parts: Parts, start: number): number => {
  let end = start;
  for (let i = 0; i < puts.length && end >= 0; i += 1) end = (puts[i] as Put)(parts, end);
  return end;
};

/** How runs are put there. Parts from `holes` on are labels; `twins` says that two lines may be equal. */
export const createPuts = (runs: Runs, holes: number, twins: boolean): readonly Put[] =>
  runs.map((run) => (run.length === 1 ? createLinePut(run[0] as Line, holes) : createRunPut(run, twins)));

/** Lines in the order of what is filled in, which are written anew when that changes. */
const createRunPut = (run: readonly Line[], twins: boolean): Put => {
  const changed = createWatch(run.flatMap(({ slots }) => slots));
  const copy = createCopy();
  let distinct = true;
  return (parts, start) => {
    if (!changed(parts)) return distinct ? copy.put(start, 0, copy.length()) : -1;
    const lines = run.map((line) => fill(line, parts)).sort();
    distinct = twins || lines.every((line, i) => i === 0 || line !== lines[i - 1]);
    if (!distinct) return -1;
    const end = putText(lines.join(''), start);
    copy.keep(start, end);
    return end;
  };
};

/** A line as it was put last: a blank node with another label moves those of all the others, while the rest stays. */
const createLinePut = (line: Line, holes: number): Put => {
  const { pieces, labels } = cutAtLabels(line, holes);
  const watch = createWatch(line.slots.filter((slot) => slot < holes));
  const watches = pieces.map(({ slots }) => createWatch(slots));
  const stale = pieces.map(() => true);
  const copy = createCopy();
  const written = labels.map(() => -1);
  /** Where each piece began and ended. */
  const begins = pieces.map(() => 0);
  const ends = pieces.map(() => 0);

  /** Writes labels into the copy, unless one is longer or shorter than the last in its place. */
  const relabel = ({ numbers }: Parts): boolean => {
    const bytes = copy.bytes();
    for (let i = 0; i < labels.length; i += 1) {
      const label = numbers[labels[i] as number] as number;
      const last = written[i] as number;
      if (label === last) continue;
      if (label > 9 !== last > 9) return false;
      written[i] = label;
      writeLabel(bytes, label, ends[i] as number);
    }
    return true;
  };

  const rewrite = (parts: Parts, start: number): number => {
    let end = start;
    for (let i = 0; i < pieces.length; i += 1) {
      const begin = end;
      end = stale[i]
        ? putText(fill(pieces[i] as Line, parts), begin)
        : copy.put(begin, begins[i] as number, ends[i] as number);
      stale[i] = false;
      begins[i] = begin - start;
      ends[i] = end - start;
      if (i === labels.length) break;
      const label = parts.numbers[labels[i] as number] as number;
      written[i] = label;
      makeRoom(end, 2);
      end = writeLabel(desk, label, end);
    }
    copy.keep(start, end);
    return end;
  };

  return (parts, start) => {
    const changed = watch(parts);
    if (changed) for (let i = 0; i < watches.length; i += 1) stale[i] = (watches[i] as Watch)(parts);
    return changed || !relabel(parts) ? rewrite(parts, start) : copy.put(start, 0, copy.length());
  };
};

/** What all labels begin with stays with the pieces; a label is its number, of two digits at most. */
const labelHead = '_:c14n';

const cutAtLabels = ({ texts, slots }: Line, holes: number) => {
  const pieces: { texts: string[]; slots: number[] }[] = [{ texts: [texts[0] as string], slots: [] }];
  const labels: number[] = [];
  for (const [i, slot] of slots.entries()) {
    const text = texts[i + 1] as string;
    const piece = pieces.at(-1) as (typeof pieces)[number];
    if (slot < holes) {
      piece.slots.push(slot);
      piece.texts.push(text);
    } else {
      piece.texts.push(`${piece.texts.pop()}${labelHead}`);
      labels.push(slot);
      pieces.push({ texts: [text], slots: [] });
    }
  }
  return { pieces, labels };
};

const zero = 48;

const writeLabel = (bytes: Buffer, label: number, start: number): number => {
  if (label < 10) {
    bytes[start] = zero + label;
    return start + 1;
  }
  const tens = Math.floor(label / 10);
  bytes[start] = zero + tens;
  bytes[start + 1] = zero + label - tens * 10;
  return start + 2;
};

const putText = (text: string, end: number): number => {
  // UTF-8 takes up to three bytes for a UTF-16 unit.
  makeRoom(end, text.length * 3);
  return end + desk.write(text, end, 'utf8');
};

/** What lay on the desk, kept for the next time; its room is used again. */
const createCopy = () => {
  let kept = Buffer.alloc(0);
  let length = 0;
  return {
    bytes: (): Buffer => kept,
    length: (): number => length,
    keep: (start: number, end: number): void => {
      length = end - start;
      if (length > kept.length) kept = Buffer.allocUnsafeSlow(length + 16);
      desk.copy(kept, 0, start, end);
    },
    /** Puts a section of it back on the desk; answers where it ends there. */
    put: (start: number, from: number, to: number): number => {
      makeRoom(start, to - from);
      kept.copy(desk, start, from, to);
      return start + to - from;
    },
  };
};
