/** `npm run client -- create|list|rotate-secret|revoke`: the programs that may use the API. */
import { runProgram } from './run-program.ts';

await runProgram(async () => (await import('./client-commands.ts')).clientCommands(process.argv.slice(2)));
