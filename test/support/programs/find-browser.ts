/** `find-browser.ts`: finds the browser as the product does, unpacks it if need be, and answers as JSON how to start it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowsers } from '../../../src/platform/pdf/find-browser.ts';

const [candidate] = findBrowsers({
  chromePath: process.env.CHROME_PATH,
  tmpDir: join(tmpdir(), 'looking-browser'),
});
if (!candidate) throw new Error('no browser: set CHROME_PATH');
console.log(JSON.stringify({ kind: candidate.kind, ...(await candidate.prepare()) }));
