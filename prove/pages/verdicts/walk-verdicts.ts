import type { Stop } from '../stop.ts';
import { lasting } from './papers.ts';
import { presentedStops } from './presented-stops.ts';
import { lateStops, verdictStops } from './verdict-stops.ts';
import { openVerdictWorld } from './verdict-world.ts';

const late = { days: 8 };

/** Walks through every verdict of verification, and answers its stops. */
export const walkVerdicts = async (
  walk: (stops: readonly Stop[], baseUrl: string) => Promise<void>,
): Promise<Stop[]> => {
  const verdicts = await openVerdictWorld(lasting());
  try {
    const { baseUrl } = verdicts.world.visitor();
    const stops = [...(await verdictStops(verdicts)), ...(await presentedStops(verdicts))];
    await walk(stops, baseUrl);
    verdicts.world.clock.advance(late);
    const lateOnes = lateStops(verdicts);
    await walk(lateOnes, baseUrl);
    return [...stops, ...lateOnes];
  } finally {
    await verdicts.close();
  }
};
