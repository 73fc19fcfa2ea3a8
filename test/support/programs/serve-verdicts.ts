import { once } from 'node:events';
import { lasting } from '../verdicts/papers.ts';
import { presentedStops } from '../verdicts/presented-stops.ts';
import type { VerdictStop } from '../verdicts/verdict-stop.ts';
import { lateStops, verdictStops } from '../verdicts/verdict-stops.ts';
import { openVerdictWorld } from '../verdicts/verdict-world.ts';

/**
 * `serve-verdicts.ts`: a service in which every verdict of verification can be seen. Says in one line of JSON where, and
 * what to bring there, the bytes of files in base64. The first line that it is sent lets eight days pass, which it says
 * in a line; the second ends it.
 */
const encoded = ({ paper, ...stop }: VerdictStop) => ({
  ...stop,
  ...(paper && 'bytes' in paper
    ? { paper: { name: paper.name, base64: Buffer.from(paper.bytes).toString('base64') } }
    : paper
      ? { paper }
      : {}),
});

const verdicts = await openVerdictWorld(lasting());
const today = [...(await verdictStops(verdicts)), ...(await presentedStops(verdicts))];
const { baseUrl } = verdicts.world.visitor();
console.log(JSON.stringify({ baseUrl, today: today.map(encoded), later: lateStops(verdicts) }));
await once(process.stdin, 'data');
verdicts.world.clock.advance({ days: 8 });
console.log(JSON.stringify({ days: 8 }));
await once(process.stdin, 'data');
await verdicts.close();
process.exit(0);
