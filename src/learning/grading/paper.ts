import { DomainError } from '../../platform/errors.ts';

/** One examiner's marks: points by slot, with a word on each where there is something to say. */
export type Marking = {
  by: string;
  at: Date;
  points: Readonly<Record<string, number>>;
  comments: Readonly<Record<string, string>>;
};

export type PaperQuestion = { slot: number; questionId: string; maxPoints: number };

/**
 * The answers of one attempt that a person has to mark, without a name. `markers` is how many have to mark it; a third
 * is asked where two differ by more than `threshold`, a share of the points of a question.
 */
export type Paper = {
  attemptId: string;
  courseId: string;
  courseVersion: number;
  activityId: string;
  questions: readonly PaperQuestion[];
  markers: 1 | 2;
  threshold: number;
  createdAt: Date;
  dueAt: Date;
  /** Who has it on the desk, until when. */
  lease?: { by: string; until: Date };
  recused: readonly string[];
  markings: readonly Marking[];
  revision: number;
};

export const leaseMinutes = 60;
export const markingDays = 7;
export const defaultThreshold = 0.2;

export const leaseFrom = (by: string, now: Date) => ({
  by,
  until: new Date(now.getTime() + leaseMinutes * 60_000),
});

const differ = ({ questions, threshold }: Paper, a: Marking, b: Marking): boolean =>
  questions.some(
    ({ slot, maxPoints }) =>
      Math.abs((a.points[slot] ?? 0) - (b.points[slot] ?? 0)) > threshold * maxPoints + 1e-9,
  );

/** How many have to mark this paper, as far as the marks show by now. */
export const markersNeeded = (paper: Paper): number => {
  const [first, second] = paper.markings;
  return paper.markers === 2 && first && second && differ(paper, first, second) ? 3 : paper.markers;
};

export const isMarked = (paper: Paper): boolean => paper.markings.length >= markersNeeded(paper);

/** @throws DomainError `already-marked`, `conflict-of-interest` (403), `paper-taken` (409) */
export const assertMayMark = (paper: Paper, by: string, now: Date): void => {
  if (paper.recused.includes(by)) throw new DomainError('forbidden', 'conflict-of-interest');
  if (isMarked(paper) || paper.markings.some((marking) => marking.by === by))
    throw new DomainError('conflict', 'already-marked');
  if (paper.lease && paper.lease.by !== by && paper.lease.until > now)
    throw new DomainError('conflict', 'paper-taken');
};

/** Adds one examiner's marks; whoever had lost the paper to somebody else is told. */
export const mark = (paper: Paper, { by, at, ...given }: Marking): Paper => {
  assertMayMark(paper, by, at);
  if (paper.lease?.by !== by) throw new DomainError('conflict', 'paper-taken');
  const { lease: _lease, ...rest } = paper;
  return { ...rest, markings: [...paper.markings, { by, at, ...given }], revision: paper.revision + 1 };
};

const toHundredths = (points: number): number => Math.round(points * 100) / 100;

const mean = (values: readonly number[]): number =>
  toHundredths(values.reduce((sum, value) => sum + value, 0) / values.length);

/** Of three, the two that lie closest together count; of two, both. */
const agreed = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, middle = 0, high = 0] = sorted;
  if (sorted.length < 3) return mean(sorted);
  if (middle - low === high - middle) return toHundredths(middle);
  return middle - low < high - middle ? mean([low, middle]) : mean([middle, high]);
};

/** The points of each slot once enough have marked it. */
export const pointsOf = (paper: Paper): ReadonlyMap<number, number> =>
  new Map(
    paper.questions.map(({ slot }) => [slot, agreed(paper.markings.map(({ points }) => points[slot] ?? 0))]),
  );
