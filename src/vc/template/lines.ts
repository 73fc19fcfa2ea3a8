/** A line of N-Quads with parts left open: `texts` around `slots`, each the number of a part. */
export type Line = { readonly texts: readonly string[]; readonly slots: readonly number[] };

/**
 * Lines in order, except that the lines of a run are ordered by what is filled in. Neighbours that need no ordering are
 * written as one line.
 */
export type Runs = readonly (readonly Line[])[];

/** All lines of one subject. A subject ends before anything else begins, so that sorting subjects sorts lines. */
export type Group = { readonly subject: Line; readonly runs: Runs };

/** Labels whose order decides that of their lines: the parts where they stand, and those where they are to stand in order. */
export type LabelList = { readonly nodes: readonly number[]; readonly ordered: readonly number[] };

/**
 * Canonical N-Quads with holes. Parts 0 and up are the holes of the document, as it counts them; behind them come the
 * labels of the blank nodes, and behind these the labels of lists once more, in their order.
 */
export type Blueprint = {
  /** What may stand in each hole. */
  readonly holes: readonly ('text' | 'iri')[];
  /** All lines, by subject. */
  readonly groups: readonly Group[];
  /** Where several blank nodes are the objects of one subject and predicate, the parts of their labels. */
  readonly lists: readonly LabelList[];
  /** For each blank node the lines that name it, itself as `_:a` and others as `_:z` (RDFC-1.0, 4.6.3). */
  readonly blankNodes: readonly Runs[];
  /** The IRIs that are subjects: written out, or the number of their hole. */
  readonly subjects: readonly (string | number)[];
};
