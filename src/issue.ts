/** `npm run issue -- people.csv --achievement <course>`: many certificates from one file. */
import { runProgram } from './run-program.ts';

await runProgram(async () => (await import('./issue-people.ts')).issuePeople(process.argv.slice(2)));
