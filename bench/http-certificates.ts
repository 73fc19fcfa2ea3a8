/** Issues `CERTIFICATES` certificates into the database of the settings, and prints where they and their list are. */
import { createIssuer } from '../src/issuer/index.ts';
import { systemClock } from '../src/platform/clock.ts';
import { readConfig } from '../src/platform/config.ts';
import { ensureIndexes, openDatabase } from '../src/platform/database/open.ts';
import { createOutbox } from '../src/platform/database/outbox.ts';
import { createTranslations } from '../src/platform/i18n.ts';
import { createPdfPrinter } from '../src/platform/pdf/index.ts';
import { systemRandom } from '../src/platform/random.ts';
import { award } from '../test/issuer/issuer-world.ts';

const config = readConfig();
const database = await openDatabase(config.database);
const { connection } = database;
const issuer = createIssuer({
  config,
  connection,
  clock: systemClock,
  random: systemRandom,
  outbox: createOutbox({ jobsFor: () => [], enqueue: async () => undefined }),
  printer: createPdfPrinter({ tmpDir: config.cacheDir }),
  translations: createTranslations(new URL('../src/locales/', import.meta.url)),
  enqueue: async () => undefined,
  awardOf: async (enrolmentId) => award(enrolmentId),
  achievementOf: async () => award('any').achievement,
  currentAchievement: async () => undefined,
  accountsOf: async () => new Map(),
  nameOf: async (accountId) => `Zoé Šťastná ${accountId}`,
});
await ensureIndexes(connection);
await issuer.open();
const identifiers: string[] = [];
let list = '';
for (let i = 0; i < Number(process.env.CERTIFICATES); i += 1) {
  const certificate = await issuer.issueCertificate(`bench-${i}`);
  if (certificate?.state !== 'valid') throw new Error('a certificate was not issued');
  identifiers.push(certificate.identifier);
  list = `/status/${certificate.status[0]?.list}`;
}
await database.close();
console.log(JSON.stringify({ identifiers, list }));
