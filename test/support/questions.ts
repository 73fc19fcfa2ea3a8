import type { Connection } from 'mongoose';

const askedOf = async ({ db }: Connection): Promise<number> => {
  const status = await db?.command({ serverStatus: 1 });
  const counters = Object.values((status?.opcounters ?? {}) as Record<string, number>);
  return counters.reduce((sum, count) => sum + count, 0);
};

/** How many questions something asks of the database: the fewest of five times, since the driver has its own now and then. */
export const questionsOf = async (connection: Connection, act: () => Promise<unknown>): Promise<number> => {
  const counts: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    const before = await askedOf(connection);
    await act();
    // To count is a question as well.
    counts.push((await askedOf(connection)) - before - 1);
  }
  return Math.min(...counts);
};
