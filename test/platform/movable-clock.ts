import type { Clock } from '../../src/platform/clock.ts';

/** Time that stands still until the test moves it. */
export const movableClock = (start = '2026-11-23T14:00:00Z'): Clock & { advance(seconds: number): void } => {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
};
