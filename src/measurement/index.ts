import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import { createCountersStore, type VisitCount } from './counters-store.ts';

/** A page that was shown to somebody who allowed it to be counted. */
export type Visit = { view: string; language: string };

export type Measurement = {
  /** Counts in memory; a crash loses at most what came since the last `flush`, which is only a statistic. */
  count(visit: Visit): void;
  /** Writes the counts down. */
  flush(): Promise<void>;
  visitsSince(day: Date): Promise<VisitCount[]>;
  personalData: PersonalDataProvider;
};

/** How long counts wait in memory at most, while pages are being shown. */
const flushSeconds = 60;

/** CNIL, audience measurement: figures are kept for at most 25 months. */
const keptMonths = 25;

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

const monthsBefore = (date: Date, months: number): Date => {
  const result = new Date(date);
  result.setUTCMonth(result.getUTCMonth() - months);
  return result;
};

/** Counts page views without cookie, identifier or address. */
export const createMeasurement = ({
  connection,
  clock,
}: {
  connection: Connection;
  clock: Clock;
}): Measurement => {
  const store = createCountersStore(connection);
  let waiting = new Map<string, VisitCount>();
  let flushedAt = clock.now().getTime();

  const add = (count: VisitCount): void => {
    const key = `${count.day}:${count.language}:${count.view}`;
    waiting.set(key, { ...count, visits: count.visits + (waiting.get(key)?.visits ?? 0) });
  };

  const flush = async (): Promise<void> => {
    const counts = [...waiting.values()];
    waiting = new Map();
    flushedAt = clock.now().getTime();
    try {
      await store.add(counts);
    } catch (error) {
      // Kept for the next time; a few may then be counted twice, which a statistic bears better than a hole.
      counts.forEach(add);
      throw error;
    }
  };

  return {
    count: ({ view, language }) => {
      add({ day: dayOf(clock.now()), view, language, visits: 1 });
      // Each process counts for itself, so each writes down for itself: a scheduled job runs in one of them only.
      if (clock.now().getTime() - flushedAt >= flushSeconds * 1000) flush().catch(() => undefined);
    },
    flush,
    visitsSince: (day) => store.since(dayOf(day)),
    personalData: {
      module: 'measurement',
      describe: () => [],
      export: async () => ({}),
      planErasure: async () => [],
      erase: async () => [],
      expire: async (now) => [
        { category: 'visit_counters', removed: await store.expire(dayOf(monthsBefore(now, keptMonths))) },
      ],
    },
  };
};
