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

  return {
    count: ({ view, language }) => {
      const day = dayOf(clock.now());
      const key = `${day}:${language}:${view}`;
      const visits = (waiting.get(key)?.visits ?? 0) + 1;
      waiting.set(key, { day, view, language, visits });
    },
    flush: async () => {
      const counts = [...waiting.values()];
      waiting = new Map();
      await store.add(counts);
    },
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
