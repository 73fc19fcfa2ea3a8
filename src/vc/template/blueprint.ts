import { type Quad, type Term, type Written, writeTerm } from './n-quads.ts';
import type { Blueprint, Group, Line } from './template.ts';

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
  return {
    holes,
    groups: groupsOf(quads, write),
    blankNodes: nodes.map((node) => firstDegreeLines(node, quads, holeOf)),
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

const firstDegreeLines = (node: string, quads: readonly Quad[], holeOf: HoleOf): readonly Line[] => {
  const write = (term: Term): Written =>
    term.termType === 'BlankNode'
      ? { before: term.value === node ? '_:a' : '_:z', after: '' }
      : writeTerm(term, holeOf(term));
  const names = ({ termType, value }: Term): boolean => termType === 'BlankNode' && value === node;
  return quads
    .filter(({ subject, object }) => names(subject) || names(object))
    .map((quad) => lineOf(quad, write));
};

const groupsOf = (quads: readonly Quad[], write: (term: Term) => Written): readonly Group[] => {
  const bySubject = Map.groupBy(quads, ({ subject }) => `${subject.termType} ${subject.value}`);
  return [...bySubject.values()].map((own) => ({
    subject: lineFrom([[write((own[0] as Quad).subject), '']]),
    runs: runsOf(own).map((run) => run.map((quad) => lineOf(quad, write))),
  }));
};

const runsOf = (quads: readonly Quad[]): readonly (readonly Quad[])[] =>
  [...Map.groupBy(quads, ({ predicate }) => predicate.value)]
    .sort(([a], [b]) => (`${a}>` < `${b}>` ? -1 : 1))
    .map(([, run]) => run);

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
