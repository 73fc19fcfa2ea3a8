/** `npm run keys -- list|create|rotate|compromise`: the issuer's keys, also while the service runs. */
import { runProgram } from './run-program.ts';

await runProgram(async () => (await import('./care-for-keys.ts')).careForKeys);
