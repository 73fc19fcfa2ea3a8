import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyPassword } from '../src/accounts/password-hash.ts';
import { readConfig } from '../src/platform/config.ts';
import { silentLogger } from '../src/platform/logger.ts';
import { openService, type Service } from '../src/service.ts';

describe('The demo’s people', function () {
  this.timeout(60_000);
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'seed-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const open = (): Promise<Service> => {
    const home = process.env.HOME ? { HOME: process.env.HOME } : {};
    const config = readConfig({ NODE_ENV: 'test', SEED: 'demo', WORKER: 'off', ...home, DATA_DIR: dir });
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
