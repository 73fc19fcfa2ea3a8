import { setTimeout as delay } from 'node:timers/promises';
import type { IssuerKey } from './issuer/index.ts';
import { createModules, type Modules } from './modules.ts';
import type { Config } from './platform/config.ts';
import { ensureIndexes } from './platform/database/open.ts';
import { DomainError } from './platform/errors.ts';
import { openPlatform } from './platform-parts.ts';

const usage = `npm run keys -- list                     every key with its state and dates
npm run keys -- create                   make the next key and announce it in did.json
npm run keys -- rotate                   put the next key to use; running processes follow within seconds
npm run keys -- compromise <public key>  report a key as compromised; what it signed is signed anew
`;

/** A new key is announced this long before it may sign, in milliseconds: longer than any process believes what it read. */
const announcedFor = 5000;
/** Who does it, in the audit trail: whoever may run programs on the server. */
const by = 'system';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const dateOf = (label: string, date: Date | undefined): string[] =>
  date ? [`${label} ${date.toISOString()}`] : [];

const describe = (key: IssuerKey): string =>
  [
    `${key.publicKeyMultibase}  ${key.state}`,
    ...dateOf('made', key.createdAt),
    ...dateOf('put to use', key.activatedAt),
    ...dateOf('signed until', key.retiredAt),
    ...dateOf('compromised', key.compromisedAt),
  ].join(', ');

const list = async ({ issuer }: Modules): Promise<void> => {
  for (const key of await issuer.keys.list()) {
    say(describe(key));
    if (!key.compromisedAt) continue;
    const { reissued, remaining } = await issuer.reissueProgress(key.publicKeyMultibase);
    say(`  certificates signed anew: ${reissued}, still to be: ${remaining}`);
  }
  const problem = issuer.problem();
  if (problem) say(`issuing is stopped: ${problem}`);
};

const rotate = async ({ issuer }: Modules): Promise<void> => {
  const waiting = (await issuer.keys.list()).some(({ state }) => state === 'next');
  if (!waiting) {
    say(
      `made ${(await issuer.keys.prepareNext()).publicKeyMultibase}; a moment until every process knows it`,
    );
    await delay(announcedFor);
  }
  say(describe(await issuer.keys.rotate(by)));
};

const compromise = async (modules: Modules, publicKey: string): Promise<void> => {
  const { keys } = modules.issuer;
  const reported = (await keys.list()).find(({ publicKeyMultibase }) => publicKeyMultibase === publicKey);
  if (!reported) throw new DomainError('not-found', 'not-found');
  // What a compromised key had signed is signed anew, so there must be another one first.
  if (reported.state === 'active') await rotate(modules);
  say(describe(await keys.compromise(publicKey, by)));
  const { remaining } = await modules.issuer.reissueProgress(publicKey);
  say(
    `certificates to be signed anew by the running service: ${remaining}; npm run keys -- list shows how far it is`,
  );
};

const perform = async (modules: Modules, [command, publicKey]: readonly string[]): Promise<boolean> => {
  if (command === 'list') await list(modules);
  else if (command === 'create') say(describe(await modules.issuer.keys.prepareNext()));
  else if (command === 'rotate') await rotate(modules);
  else if (command === 'compromise' && publicKey) await compromise(modules, publicKey);
  else return false;
  return true;
};

/** What the operator does with the issuer's keys, beside a running service or without one. */
export const careForKeys = async (config: Config): Promise<void> => {
  const platform = await openPlatform(config);
  try {
    const modules = createModules(platform);
    await ensureIndexes(platform.database.connection);
    await modules.issuer.open();
    const understood = await perform(modules, process.argv.slice(2));
    if (!understood) {
      process.stderr.write(usage);
      process.exitCode = 2;
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const words = platform.translations.words('en');
    process.stderr.write(
      `${words(`problems:${error.code}.title`)}. ${words(`problems:${error.code}.remedy`)}\n`,
    );
    process.exitCode = 1;
  } finally {
    await platform.close();
  }
};
