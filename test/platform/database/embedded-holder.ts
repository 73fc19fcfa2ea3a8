/**
 * A little web process: opens the database of a directory, says so, writes when told to, and lets go when asked by
 * SIGTERM. Tests kill it in the middle.
 */
import { openDatabase } from '../../../src/platform/database/open.ts';

const [dir = '', cacheDir = ''] = process.argv.slice(2);
const database = await openDatabase({ kind: 'embedded', dir, cacheDir });
const say = (line: string) => process.stdout.write(`${line}\n`);

process.on('SIGTERM', () => {
  void database.close().then(() => process.exit(0));
});
process.stdin.on('data', (name) => {
  const note = { name: String(name).trim(), by: process.pid };
  void database.connection
    .collection('notes')
    .insertOne(note)
    .then(() => say('written'));
});
say(database.uri);
