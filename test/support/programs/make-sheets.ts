/**
 * Issues so many certificates on the data of an installation that stands still, withdraws the last ones, and writes each as
 * `<number>.pdf` and `<number>.json`: `<count> <withdrawn> <directory>`. Answers the numbers.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../../../src/platform/config.ts';
import { openService } from '../../../src/service.ts';

const [count = '1', withdrawn = '0', dir = '.'] = process.argv.slice(2);
const rows = Array.from(
  { length: Number(count) },
  (_, n) => `Amélie,Durand-Kowalska,holder-${n}@example.org,${n % 2 ? 'en' : 'fr'},2026-03-01`,
);
const file = new TextEncoder().encode(
  `given name,family name,e-mail,language,awarded on\n${rows.join('\n')}\n`,
);

const service = await openService(readConfig());
const { issuer } = service.modules;
const { batches } = issuer;
const preview = await batches.preview({ file, courseId: 'protecting-personal-data', by: 'staff' });
if (preview.outcome !== 'read') throw new Error(JSON.stringify(preview.faults));
const { id } = preview.batch;
await batches.confirm({ batchId: id, by: 'staff', includeRepeated: true, letters: false });
await service.worker.settle();
const numbers = (await batches.entries(id)).map(({ identifier }) => identifier);
for (const identifier of numbers.slice(numbers.length - Number(withdrawn)))
  await issuer.revoke({ identifier, by: 'staff', reason: 'issued-in-error' });
await service.worker.settle();
for (const number of numbers) {
  await writeFile(join(dir, `${number}.json`), await issuer.credentialFile(number));
  await writeFile(join(dir, `${number}.pdf`), await issuer.rendition(number, 'pdf'));
}
await service.close();
console.log(JSON.stringify(numbers));
