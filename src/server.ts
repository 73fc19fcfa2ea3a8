/** `npm start`: the whole product in one process. */
import { runProgram } from './run-program.ts';

await runProgram(async () => (await import('./serve.ts')).serve);
