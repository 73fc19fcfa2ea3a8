/** `npm run worker`: the background work alone, beside web processes that run with WORKER=off. */
import { runProgram } from './run-program.ts';

await runProgram(async () => (await import('./work.ts')).work);
