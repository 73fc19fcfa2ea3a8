import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyPassword } from '../src/accounts/password-hash.ts';
import { readConfig } from '../src/platform/config.ts';
import { silentLogger } from '../src/platform/logger.ts';
import { openService, type Service } from '../src/service.ts';
import { borrowDatabase, type LentDatabase } from './support/shared-engine.ts';

describe('The demo’s people', function () {
  this.timeout(60_000);
  let dir: string;
  let lent: LentDatabase;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'seed-'));
    lent = await borrowDatabase('world');
  });
  afterEach(async () => {
    await lent.giveBack();
    await rm(dir, { recursive: true, force: true });
  });

  it('are not brought into a database of other people by a file that is left from another one', async () => {
    await writeFile(join(dir, 'demo-accounts.json'), '[{"role":"learner","email":"learner@demo.example"}]');
    const before = await open('catalogue');
    const [given, email] = [{ givenName: 'Ana', familyName: 'Ruiz', country: 'ES' }, 'ana@work.example'];
    const about = { ...given, email, language: 'en', password: 'seven grey herons wade', roles: ['learner'] };
    await before.modules.accounts.createAccount({ ...about, confirmed: true } as never);
    await before.close();
    const after = await open();
    const people = await after.modules.platform.database.connection.collection('accounts').countDocuments();
    await after.close();
    expect(people).to.equal(1);
  });

  const open = (seed = 'demo'): Promise<Service> => {
    const home = process.env.HOME ? { HOME: process.env.HOME } : {};
    const settings = { SEED: seed, WORKER: 'off', DATA_DIR: dir, MONGODB_URI: lent.uri };
    const config = readConfig({ NODE_ENV: 'test', ...home, ...settings });
    return openService(config, { logger: silentLogger });
  };

  it('are made once by two processes that start at once, and the file holds the passwords that count', async () => {
    const services = await Promise.all([open(), open()]);
    try {
      const people = JSON.parse(await readFile(join(dir, 'demo-accounts.json'), 'utf8')) as {
        email: string;
        password: string;
      }[];
      expect(people).to.have.length(7);
      const stored = services[0]?.modules.platform.database.connection.collection('accounts');
      for (const { email, password } of people) {
        const account = await stored?.findOne({ email });
        expect(await verifyPassword(account?.passwordHash, password), email).to.equal(true);
      }
    } finally {
      for (const service of services) await service.close();
    }
  });
});
