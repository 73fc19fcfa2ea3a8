import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Stop } from '../stop.ts';
import { bring, type Paper } from './bring.ts';

const program = fileURLToPath(new URL('../../../test/support/programs/serve-verdicts.ts', import.meta.url));

type Told = Omit<Stop, 'doing' | 'as'> & { as?: 'first visit'; paper?: Paper };
type Served = { baseUrl: string; today: readonly Told[]; later: readonly Told[] };

const stopOf = ({ paper, ...stop }: Told): Stop => ({ ...stop, ...(paper ? { doing: bring(paper) } : {}) });

/** The JSON lines of a program, one at each call. @throws when it ends instead */
const linesOf = (child: ChildProcess) => {
  if (!child.stdout) throw new Error('a program without output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async <T>(): Promise<T> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('the service of verdicts has ended');
      if (value.startsWith('{')) return JSON.parse(value) as T;
    }
  };
};

/** Walks through every verdict of verification, today and eight days later, and answers its stops. */
export const walkVerdicts = async (
  walk: (stops: readonly Stop[], baseUrl: string) => Promise<void>,
): Promise<Stop[]> => {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = linesOf(child);
  try {
    const { baseUrl, today, later } = await said<Served>();
    const stops = today.map(stopOf);
    await walk(stops, baseUrl);
    child.stdin.write('later\n');
    await said();
    const late = later.map(stopOf);
    await walk(late, baseUrl);
    child.stdin.write('end\n');
    await once(child, 'exit');
    return [...stops, ...late];
  } finally {
    child.kill();
  }
};
