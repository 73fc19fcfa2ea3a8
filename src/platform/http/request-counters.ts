/** How often a key was counted in its present span, and how many milliseconds of that are left. */
export type Counted = { readonly count: number; readonly left: number };

export type RequestCounters = {
  /** What counting the key now would make of it. */
  next(key: string): Counted;
  /** Counts the key. */
  count(key: string): Counted;
  forget(key: string): void;
};

/** Spans that have ended are cleared away when there are so many keys more. */
const clearedEach = 10_000;

/** Counts in the memory of this process. A key's span begins with its first count and lasts so many milliseconds. */
export const createRequestCounters = (milliseconds: number): RequestCounters => {
  const spans = new Map<string, { count: number; end: number }>();
  let clearAt = clearedEach;

  const clear = (now: number): void => {
    for (const [key, { end }] of spans) if (end <= now) spans.delete(key);
    clearAt = spans.size + clearedEach;
  };

  const running = (key: string, now: number) => {
    const span = spans.get(key);
    return span && span.end > now ? span : undefined;
  };

  return {
    next: (key) => {
      const now = performance.now();
      const { count, end } = running(key, now) ?? { count: 0, end: now + milliseconds };
      return { count: count + 1, left: end - now };
    },
    count: (key) => {
      const now = performance.now();
      const span = running(key, now);
      if (span) {
        span.count += 1;
        return { count: span.count, left: span.end - now };
      }
      if (spans.size >= clearAt) clear(now);
      spans.set(key, { count: 1, end: now + milliseconds });
      return { count: 1, left: milliseconds };
    },
    forget: (key) => {
      spans.delete(key);
    },
  };
};
