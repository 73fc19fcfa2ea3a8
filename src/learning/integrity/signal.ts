/**
 * Something about an attempt that a person may want to look at. Advisory: no signal decides anything. `strength` is a
 * fraction of 1; `with` names other attempts at the same test, never people.
 */
export type Signal = {
  kind: 'similar-answers' | 'too-fast' | 'shared-device' | 'shared-address' | 'focus-lost';
  strength: number;
  /** Figures that say why, for the person who looks. */
  figures: Readonly<Record<string, number>>;
  with?: readonly string[];
};

/** From this sum of strengths on, a test that asks for it holds the result until somebody has looked. */
export const flaggedFrom = 0.8;

export const isFlagged = (signals: readonly Signal[]): boolean =>
  signals.reduce((sum, { strength }) => sum + strength, 0) >= flaggedFrom;
