/** Some of the signed credentials, spread over all, as JSON; the first argument says how many. */
import { readConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';

const wanted = Number(process.argv[2] ?? 1);
const { connection, close } = await openDatabase(readConfig().database);
const certificates = connection.collection('certificates');
const found = await certificates
  .aggregate<{ credential: string }>([
    { $match: { state: 'valid' } },
    { $sample: { size: wanted } },
    { $project: { credential: 1 } },
  ])
  .toArray();
await close();
console.log(JSON.stringify(found.map(({ credential }) => JSON.parse(credential) as unknown)));
