import { createPuts, onDesk, type Put, putAll } from './desk.ts';
import type { Blueprint, Group, LabelList } from './lines.ts';
import { createMemo, fill, type Memo, type Parts, setLabel, sortInPlace } from './parts.ts';

/**
 * All lines in order, valid until the next call; or nothing when two lines are equal: the quads are then fewer, which
 * changes hashes too.
 */
export type Assembler = (parts: Parts) => Buffer | undefined;

type Step = (parts: Parts, end: number) => number;

/** Puts canonical forms together from their parts, labels included. */
export const createAssembler = (blueprint: Blueprint): Assembler => {
  const { groups, holes, blankNodes, lists } = blueprint;
  const isNode = ({ subject }: Group): boolean => (subject.slots[0] ?? -1) >= holes.length;
  const ranks = ranksOf(blankNodes.length);
  const sorters = lists.map((list) => createListSorter(list, ranks));
  const putNamed = createNamedPut(
    groups.filter((group) => !isNode(group)),
    holes.length,
  );
  const putNodes = createNodesPut(groups.filter(isNode), holes.length, ranks);
  return (parts) => {
    for (let i = 0; i < sorters.length; i += 1) if (!(sorters[i] as ListSorter)(parts)) return undefined;
    // Lines that begin with an IRI stand before those that begin with a blank node: `<` before `_`.
    const named = putNamed(parts, 0);
    const end = named < 0 ? named : putNodes(parts, named);
    return end < 0 ? undefined : onDesk(end);
  };
};

/** For the number of each label its place among all when they are sorted as texts: 10 comes before 2. */
const ranksOf = (count: number): readonly number[] => {
  const sorted = Array.from({ length: count }, (_, number) => String(number)).sort();
  return Array.from({ length: count }, (_, number) => sorted.indexOf(String(number)));
};

const createNamedPut = (groups: readonly Group[], holes: number): Step => {
  const writers = groups.map(({ runs }) => createPuts(runs, holes, false));
  const namers = groups.map(({ subject }) => createMemo([subject], (parts) => fill(subject, parts)));
  const subjects: string[] = [];
  const order = groups.map((_, group) => group);
  return (parts, start) => {
    for (let i = 0; i < groups.length; i += 1) subjects[i] = (namers[i] as Memo<string>)(parts);
    sortInPlace(order, subjects);
    let end = start;
    for (let place = 0; place < order.length && end >= 0; place += 1)
      end = putAll(writers[order[place] as number] as readonly Put[], parts, end);
    return end;
  };
};

const createNodesPut = (groups: readonly Group[], holes: number, ranks: readonly number[]): Step => {
  const writers = groups.map(({ runs }) => createPuts(runs, holes, false));
  const nodes = groups.map(({ subject }) => subject.slots[0] as number);
  /** By rank, what says something of the node that has it. */
  const ranked: (readonly Put[] | undefined)[] = ranks.map(() => undefined);
  return (parts, start) => {
    // Each node that says nothing has a rank as well.
    for (let rank = 0; rank < ranked.length; rank += 1) ranked[rank] = undefined;
    for (let i = 0; i < nodes.length; i += 1)
      ranked[ranks[parts.numbers[nodes[i] as number] as number] as number] = writers[i];
    let end = start;
    for (let rank = 0; rank < ranked.length && end >= 0; rank += 1) {
      const puts = ranked[rank];
      if (puts) end = putAll(puts, parts, end);
    }
    return end;
  };
};

/** Puts labels in order; or says that one stands there twice. */
type ListSorter = (parts: Parts) => boolean;

const createListSorter = ({ nodes, ordered }: LabelList, ranks: readonly number[]): ListSorter => {
  const keys: number[] = [];
  const order = nodes.map((_, place) => place);
  return (parts) => {
    for (let i = 0; i < nodes.length; i += 1)
      keys[i] = ranks[parts.numbers[nodes[i] as number] as number] as number;
    sortInPlace(order, keys);
    for (let place = 0; place < order.length; place += 1) {
      const from = order[place] as number;
      if (place > 0 && keys[from] === keys[order[place - 1] as number]) return false;
      const node = nodes[from] as number;
      setLabel(parts, ordered[place] as number, parts.numbers[node] as number, parts.texts[node] as string);
    }
    return true;
  };
};
