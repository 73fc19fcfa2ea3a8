/**
 * `npm run offline-verifier -- [address] [file]`: writes the offline verifier of a running service, with its newest lists,
 * to a file: `http://localhost:3000` and `var/offline-verifier.html` unless said otherwise.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const [address = 'http://localhost:3000', file = 'var/offline-verifier.html'] = process.argv.slice(2);
const response = await fetch(new URL('/verifier/offline.html', address));
if (!response.ok) throw new Error(`${address} answered ${response.status}`);
const html = new Uint8Array(await response.arrayBuffer());
await mkdir(dirname(file), { recursive: true });
await writeFile(file, html);
console.log(`${file}: ${Math.round(html.length / 1024)} kB`);
