import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Finding, Proof } from './proof.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../test/support/programs/item-round-trips.ts', import.meta.url));

/** Questions of three other tools come in by the pages; the whole bank goes out in each format and comes back the same. */
export const prove: Proof = async ({ say }) => {
  const { stdout } = await run(process.execPath, [program], { maxBuffer: 50_000_000 });
  const finding = JSON.parse(stdout) as Finding;
  say(finding.ok ? 'all came in, all came back' : 'something was lost');
  return finding;
};
