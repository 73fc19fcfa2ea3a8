import { hash } from 'node:crypto';
import { createPuts, onDesk, putAll } from './desk.ts';
import type { Blueprint } from './lines.ts';
import { createMemo, type Memo, type Parts, setLabel, sortInPlace } from './parts.ts';

/** Writes the labels of the blank nodes into their parts, behind the holes; or refuses. */
export type Labeller = (parts: Parts) => boolean;

/**
 * Gives the blank nodes their labels: by the order of the hashes of their lines (RDFC-1.0, 4.4.3, step 4). Refuses two
 * equal hashes, which only the whole algorithm can tell apart.
 */
export const createLabeller = ({ holes, blankNodes }: Blueprint): Labeller => {
  const hashers = blankNodes.map((runs) => {
    const puts = createPuts(runs, holes.length, true);
    // Latin-1 sorts as the bytes do, and so as their hexadecimal digits.
    return createMemo(runs.flat(), (parts) => hash('sha256', onDesk(putAll(puts, parts, 0)), 'binary'));
  });
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
      setLabel(parts, holes.length + (order[place] as number), place, labels[place] as string);
    }
    return true;
  };
};
