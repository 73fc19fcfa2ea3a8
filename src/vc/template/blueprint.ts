import type { Blueprint, Group, LabelList, Line, Runs } from './lines.ts';
import { type Quad, type Term, type Written, writeTerm } from './n-quads.ts';

/** A certificate has 40 lines and 4 blank nodes; sorting much more costs what the template saves. */
const maxLines = 400;
const maxBlankNodes = 64;

/** The hole that a term stands for. */
export type HoleOf = (term: Term) => number | undefined;

/**
 * The canonical form with holes, from the quads of a document with sentinels in them. Nothing for what is not ordinary:
 * named graphs, IRIs that would have to be escaped, and more than templates are for.
 */
export const blueprintOf = (
  quads: readonly Quad[],
  holes: Blueprint['holes'],
  holeOf: HoleOf,
): Blueprint | undefined => {
  const nodes = blankNodesOf(quads);
  if (!quads.every(isOrdinary) || nodes.length > maxBlankNodes || quads.length > maxLines) return undefined;
  const write = (term: Term): Written =>
    term.termType === 'BlankNode'
      ? { before: '', part: holes.length + nodes.indexOf(term.value), after: '' }
      : writeTerm(term, holeOf(term));
  const lists: LabelList[] = [];
  let next = holes.length + nodes.length;
  const listOf = (objects: readonly number[]): readonly number[] => {
    const ordered = objects.map((_, place) => next + place);
    next += objects.length;
    lists.push({ nodes: objects, ordered });
    return ordered;
  };
  return {
    holes,
    groups: groupsOf(quads, write, listOf),
    lists,
    blankNodes: nodes.map((node) => firstDegreeRuns(node, quads, holeOf)),
    subjects: subjectsOf(quads, holeOf),
  };
};

const isOrdinary = ({ subject, predicate, object, graph }: Quad): boolean =>
  graph.termType === 'DefaultGraph' &&
  predicate.termType === 'NamedNode' &&
  [subject, predicate, object]
    .map((term) => (term.termType === 'Literal' ? (term.datatype?.value ?? '') : term.value))
    .every((value) => /^[^\s\p{Cc}<>"{}|^`\\]*$/u.test(value));

const blankNodesOf = (quads: readonly Quad[]): readonly string[] => [
  ...new Set(
    quads
      .flatMap(({ subject, object }) => [subject, object])
      .filter(({ termType }) => termType === 'BlankNode')
      .map(({ value }) => value),
  ),
];

/** Lines that begin with an IRI stand before those that begin with a blank node: `<` before `_`. */
const firstDegreeRuns = (node: string, quads: readonly Quad[], holeOf: HoleOf): Runs => {
  const write = (term: Term): Written =>
    term.termType === 'BlankNode'
      ? { before: term.value === node ? '_:a' : '_:z', after: '' }
      : writeTerm(term, holeOf(term));
  const names = ({ termType, value }: Term): boolean => termType === 'BlankNode' && value === node;
  const named = quads.filter(({ subject, object }) => subject.termType === 'NamedNode' && names(object));
  const own = quads.filter(({ subject }) => names(subject));
  const others = quads.filter(
    ({ subject, object }) => subject.termType === 'BlankNode' && !names(subject) && names(object),
  );
  const first = named.length > 0 ? [named.map((quad) => lineOf(quad, write))] : [];
  // A line with a hole stays by itself: what is filled in seldom changes more than one, and the others lie encoded.
  return merged(
    [...first, ...runsOf(own, write), ...runsOf(others, write)],
    ({ slots }) => slots.length === 0,
  );
};

const groupsOf = (
  quads: readonly Quad[],
  write: (term: Term) => Written,
  listOf: ListOf,
): readonly Group[] => {
  const bySubject = Map.groupBy(quads, ({ subject }) => `${subject.termType} ${subject.value}`);
  return [...bySubject.values()].map((own) => ({
    subject: lineFrom([[write((own[0] as Quad).subject), '']]),
    runs: merged(runsOf(own, write, listOf)),
  }));
};

/** The lines of one subject. A predicate ends with `>`, before anything else begins. */
const runsOf = (quads: readonly Quad[], write: (term: Term) => Written, listOf?: ListOf): Runs =>
  [...Map.groupBy(quads, ({ predicate }) => predicate.value)]
    .sort(([a], [b]) => (`${a}>` < `${b}>` ? -1 : 1))
    .flatMap(
      ([, run]) =>
        orderedNow(run, write) ??
        (listOf && labelsInOrder(run, write, listOf)) ?? [run.map((quad) => lineOf(quad, write))],
    );

/** The parts that hold these labels in their order. */
type ListOf = (labels: readonly number[]) => readonly number[];

/** Lines that differ in a blank node alone stand in the order of its labels: each line is known but for the label. */
const labelsInOrder = (
  run: readonly Quad[],
  write: (term: Term) => Written,
  listOf: ListOf,
): Runs | undefined => {
  if (run.length === 1 || run.some(({ object }) => object.termType !== 'BlankNode')) return undefined;
  const ordered = listOf(run.map(({ object }) => write(object).part as number));
  return run.map((quad, place) => [
    lineOf(quad, (term) =>
      term === quad.object ? { ...write(term), part: ordered[place] as number } : write(term),
    ),
  ]);
};

/** Of what is fixed the order is known: types, say. Not of texts yet to come. */
const orderedNow = (run: readonly Quad[], write: (term: Term) => Written): Runs | undefined => {
  const objects = run.map(({ object }) => write(object));
  if (objects.some(({ part }) => part !== undefined)) return undefined;
  return run
    .map((quad, i) => ({ line: lineOf(quad, write), text: objects[i]?.before ?? '' }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ line }) => [line]);
};

/** Neighbours of one line each become one, if both may. */
const merged = (runs: Runs, may: (line: Line) => boolean = () => true): Runs => {
  const result: (readonly Line[])[] = [];
  for (const run of runs) {
    const before = result.at(-1);
    const both = [...(before ?? []), ...run];
    const [first, second] = both;
    if (before?.length === 1 && run.length === 1 && first && second && both.every(may))
      result[result.length - 1] = [joined(first, second)];
    else result.push(run);
  }
  return result;
};

const joined = (first: Line, second: Line): Line => ({
  texts: [...first.texts.slice(0, -1), `${first.texts.at(-1)}${second.texts[0]}`, ...second.texts.slice(1)],
  slots: [...first.slots, ...second.slots],
});

const lineOf = ({ subject, predicate, object }: Quad, write: (term: Term) => Written): Line =>
  lineFrom([
    [write(subject), ' '],
    [write(predicate), ' '],
    [write(object), ' .\n'],
  ]);

const lineFrom = (terms: readonly (readonly [Written, ending: string])[]): Line => {
  const texts = [''];
  const slots: number[] = [];
  const add = (text: string): void => {
    texts.push(`${texts.pop()}${text}`);
  };
  for (const [{ before, part, after }, ending] of terms) {
    add(before);
    if (part !== undefined) {
      slots.push(part);
      texts.push('');
    }
    add(`${after}${ending}`);
  }
  return { texts, slots };
};

const subjectsOf = (quads: readonly Quad[], holeOf: HoleOf): readonly (string | number)[] => [
  ...new Set(
    quads
      .map(({ subject }) => subject)
      .filter(({ termType }) => termType === 'NamedNode')
      .map((subject) => holeOf(subject) ?? subject.value),
  ),
];
