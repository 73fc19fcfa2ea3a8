import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { readConfig } from '../../src/platform/config.ts';
import { languages } from '../../src/platform/i18n.ts';
import type { PersonalDataProvider } from '../../src/platform/personal-data.ts';
import { openService, type Service } from '../../src/service.ts';
import { answersTo, begin, courseContent, readyForTest, saveAll } from '../learning/support.ts';
import { translations } from '../support/pages.ts';
import { borrowDatabase, type LentDatabase } from '../support/shared-engine.ts';

/** Folders that hold no business: technology, stateless standards, pages and words. */
const withoutData = ['locales', 'platform', 'vc', 'web'];

/** Values that stand nowhere in the product, so that whatever holds one holds this person. */
const person = {
  givenName: 'Xylophane',
  familyName: 'Quokkabert',
  email: 'xylo.canary@zzyzx.example',
  address: '77 rue du Canari',
  company: 'Canaribus SARL',
  message: 'The mango-canary sang at dawn.',
  unsigned: 'A second papaya-canary, sent without signing in.',
};
const canaries = Object.values(person).map((text) => text.toLowerCase());

/** What the law makes billing keep, as its plan declares before the person confirms. */
const retainedCollections = ['receipts', 'receipt_files'];

/** A no-break space before a French colon is a matter of setting, not of what is promised. */
const plainSpaces = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('Personal data', () => {
  let service: Service;
  let dir = '';
  let lent: LentDatabase;
  let zoe = '';

  before(async function () {
    this.timeout(60_000);
    dir = await mkdtemp(join(tmpdir(), 'personal-data-'));
    lent = await borrowDatabase('world');
    const config = readConfig({
      NODE_ENV: 'test',
      BASE_URL: 'http://localhost:3000',
      DATA_DIR: dir,
      MONGODB_URI: lent.uri,
      CACHE_DIR: resolve('var/cache'),
      SEED: 'catalogue',
      WORKER: 'off',
      LOG_LEVEL: 'silent',
    });
    service = await openService(config, { mail: { description: 'nowhere', send: async () => undefined } });
    await seedPerson();
  });
  after(async () => {
    await service.close();
    await lent.giveBack();
    await rm(dir, { recursive: true, force: true });
  });

  const certify = async (): Promise<void> => {
    const { learning } = service.modules;
    await learning.publishCourse(courseContent());
    const { enrolmentId } = await readyForTest({ learning, accountId: zoe });
    const request = { accountId: zoe, enrolmentId, activityId: 'test' };
    const held = await begin(learning, request);
    const { questions } = await learning.attempt(zoe, held.attemptId);
    await saveAll(learning, held, answersTo(questions));
    await learning.submitAttempt(zoe, held.attemptId, held.sitting);
  };

  const buy = async (): Promise<void> => {
    const { billing } = service.modules;
    const request = { accountId: zoe, productIds: ['course:verifying-credentials'], language: 'fr' as const };
    const { id: orderId } = await billing.startCheckout(request);
    const { address, company } = person;
    const buyer = { name: `${person.givenName} ${person.familyName}`, country: 'FR', address, company };
    await billing.pay({ orderId, accountId: zoe, method: 'transfer', buyer, language: 'fr' });
    await billing.confirmTransfer({ orderId, by: 'staff', amountMinor: 4900, currency: 'EUR' });
  };

  const write = async (): Promise<void> => {
    const { support } = service.modules;
    const from = { name: person.givenName, email: person.email.toUpperCase(), language: 'fr' as const };
    await support.submit({ ...from, topic: 'question', message: person.message, accountId: zoe });
    await support.submit({ ...from, topic: 'privacy', message: person.unsigned });
  };

  const seedPerson = async (): Promise<void> => {
    const { accounts, privacy } = service.modules;
    const { givenName, familyName, email } = person;
    zoe = await accounts.createAccount({
      ...{ givenName, familyName, email },
      ...{ country: 'FR', language: 'fr', password: 'umbrella-cadmium-47-forge' },
      ...{ roles: ['learner'], confirmed: true },
    });
    await certify();
    await buy();
    await write();
    await privacy.recordChoice({
      ...{ accountId: zoe, choice: { audience: true }, language: 'fr', method: 'page', signal: false },
    });
    await service.worker.settle();
  };

  /** `collection: canary` for each place where the person can still be read. */
  const traces = async (): Promise<string[]> => {
    const { connection } = service.modules.platform.database;
    const found: string[] = [];
    for (const { collectionName } of (await connection.db?.collections()) ?? []) {
      for (const document of await connection.collection(collectionName).find().toArray()) {
        const text = JSON.stringify(document).toLowerCase();
        found.push(
          ...canaries.filter((canary) => text.includes(canary)).map((it) => `${collectionName}: ${it}`),
        );
      }
    }
    return [...new Set(found)];
  };

  it('is answered for by every module', () => {
    const folders = readdirSync(new URL('../../src/', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !withoutData.includes(entry.name))
      .map(({ name }) => name);
    const modules = service.modules as unknown as Record<string, { personalData?: PersonalDataProvider }>;
    for (const folder of folders) {
      expect(modules[folder]?.personalData?.module, `src/${folder} has no provider`).to.equal(folder);
    }
  });

  it('stands in the published register, each category in words, wherever a module keeps any', () => {
    const registered = new Map(
      service.modules.privacy.register().map(({ module, records }) => [module, records]),
    );
    const modules = service.modules as unknown as Record<string, { personalData?: PersonalDataProvider }>;
    for (const { personalData } of Object.values(modules)) {
      const records = personalData?.describe() ?? [];
      if (records.length === 0) continue;
      expect(registered.get(personalData?.module ?? ''), personalData?.module).to.deep.equal(records);
      for (const language of languages) {
        expect(translations.words(language).has(`privacy:modules.${personalData?.module}`)).to.equal(true);
      }
    }
  });

  it('is kept for as long as the policy in force says, category by category, in both languages', () => {
    const { privacy } = service.modules;
    const [newest] = privacy.policy().versions;
    const promised = privacy.register().flatMap(({ records }) => records);
    for (const language of languages) {
      const text = plainSpaces(newest ? privacy.policyText(newest, language) : '');
      for (const { category, keptFor } of promised) {
        expect(text).to.include(plainSpaces(`| ${category[language]} | ${keptFor[language]} |`));
      }
    }
  });

  it('of a person is exported whole', async function () {
    this.timeout(60_000);
    const files = unzipSync(await service.modules.privacy.exportFor(zoe, 'fr'));
    const data = Object.keys(files).filter((path) => path.startsWith('data/'));
    const text = data
      .map((path) => strFromU8(files[path] ?? new Uint8Array()))
      .join()
      .toLowerCase();
    expect(canaries.filter((canary) => !text.includes(canary))).to.deep.equal([]);
    const kinds = Object.keys(files).map((path) => path.replace(/\/[^/]*(\.\w+)$/, '/*$1'));
    expect(kinds).to.include.members(['certificates/*.json', 'certificates/*.pdf', 'receipts/*.pdf']);
  });

  it('of an erased person is nowhere but where the plan said it would stay', async function () {
    this.timeout(60_000);
    const { privacy, accounts } = service.modules;
    expect(await traces()).to.include(`accounts: ${person.email}`);
    const plan = await privacy.planErasure(zoe);
    const kept = plan.filter(({ outcome }) => outcome === 'retained').map(({ module }) => module);
    expect(kept).to.deep.equal(['billing']);

    await privacy.requestErasure(zoe, zoe);
    expect((await accounts.accountById(zoe))?.state).not.to.equal('active');
    await service.worker.settle();

    const left = (await traces()).filter((trace) => !retainedCollections.includes(trace.split(':')[0] ?? ''));
    expect(left).to.deep.equal([]);
    // Drawings are compressed, so no canary would be seen in them: none may be left.
    const { connection } = service.modules.platform.database;
    expect(await connection.collection('renditions').countDocuments()).to.equal(0);
    expect((await privacy.erasures(1))[0]).to.include({ accountId: zoe, state: 'done' });
    const nothing = unzipSync(await privacy.exportFor(zoe, 'fr'));
    expect(Object.keys(nothing)).to.have.members(['index.html', 'manifest.json']);
  });

  it('of an erased person is not planned for a second erasure', async () => {
    expect(await service.modules.privacy.planErasure(zoe)).to.deep.equal([]);
  });
});
