import type { Line } from './lines.ts';

/**
 * What a template fills in, by part, and when it changed: much repeats from certificate to certificate, and is then neither
 * written nor hashed again.
 */
export type Parts = {
  readonly texts: string[];
  /** The round in which each text became what it is. */
  readonly changedIn: number[];
  /** Of labels the number in their text; of other parts nothing. */
  readonly numbers: number[];
  /** Counts the documents. */
  round: number;
};

/** Parts of nothing yet, of so many holes. */
export const emptyParts = (holes: number): Parts => {
  const each = <T>(value: T): T[] => new Array(holes).fill(value);
  return { texts: each(''), changedIn: each(0), numbers: each(-1), round: 0 };
};

/** Gives a part the label of this number, `_:c14n` and the number. */
export const setLabel = (parts: Parts, part: number, number: number, text: string): void => {
  if (parts.numbers[part] === number) return;
  parts.numbers[part] = number;
  parts.texts[part] = text;
  parts.changedIn[part] = parts.round;
};

/** Whether a part was changed since the last time that this was asked; yes, the first time. */
export type Watch = (parts: Parts) => boolean;

export const createWatch = (slots: readonly number[]): Watch => {
  const watched = [...new Set(slots)];
  let asked = -1;
  return ({ changedIn, round }) => {
    let changed = asked < 0;
    for (let i = 0; i < watched.length && !changed; i += 1)
      changed = (changedIn[watched[i] as number] as number) > asked;
    asked = round;
    return changed;
  };
};

/** Keeps the last result for as long as the parts in these lines stay. */
export type Memo<T> = (parts: Parts) => T;

export const createMemo = <T>(lines: readonly Line[], make: Memo<T>): Memo<T> => {
  const changed = createWatch(lines.flatMap(({ slots }) => slots));
  let made: T;
  return (parts) => {
    if (changed(parts)) made = make(parts);
    return made;
  };
};

/** A line with its parts in their places. */
export const fill = ({ texts, slots }: Line, parts: Parts): string => {
  let text = texts[0] as string;
  for (let i = 0; i < slots.length; i += 1) text += `${parts.texts[slots[i] as number]}${texts[i + 1]}`;
  return text;
};

/** Sorts numbers by what they stand for. They come nearly sorted, since that hardly differs between documents. */
export const sortInPlace = <T extends string | number>(order: number[], keys: readonly T[]): void => {
  for (let i = 1; i < order.length; i += 1) {
    const moving = order[i] as number;
    const key = keys[moving] as T;
    let place = i;
    for (; place > 0 && (keys[order[place - 1] as number] as T) > key; place -= 1) {
      order[place] = order[place - 1] as number;
    }
    order[place] = moving;
  }
};
