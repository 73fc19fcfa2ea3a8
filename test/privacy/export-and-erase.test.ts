import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import type { EventRecord } from '../../src/platform/events.ts';
import type { JobRequest } from '../../src/platform/jobs/job.ts';
import type { PersonalDataProvider } from '../../src/platform/personal-data.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createPrivacy, type Privacy } from '../../src/privacy/index.ts';
import { config, translations } from '../support/pages.ts';
import { failure, movingClock, quietOutbox, testDatabase } from './tools.ts';

const category = { en: 'Notes', fr: 'Notes' };

/** A module that keeps notes in memory, and can be made to fail where it erases. */
const notesModule = (module: string, erased: string[]) => {
  const notes = new Map<string, unknown[]>();
  const state = { failing: false, expired: 0 };
  const provider: PersonalDataProvider = {
    module,
    describe: () => [
      { category, purpose: category, basis: 'contract', keptFor: category, recipients: category },
    ],
    export: async (subject) => ({ notes: notes.get(subject) ?? [] }),
    async *exportFiles(subject) {
      if (notes.has(subject)) yield { path: `../${module}/é.txt`, bytes: new TextEncoder().encode('file') };
    },
    planErasure: async (subject) =>
      notes.has(subject) ? [{ category, outcome: 'erased', records: notes.get(subject)?.length ?? 0 }] : [],
    erase: async (subject) => {
      if (state.failing) throw new Error('cut off');
      erased.push(`${module}:${subject}`);
      notes.delete(subject);
      return [];
    },
    expire: async () => [{ category: 'notes', removed: state.expired }],
  };
  return { notes, provider, state };
};

describe('What privacy does with the modules', () => {
  const database = testDatabase();
  const clock = movingClock();
  let privacy: Privacy;
  let erased: string[];
  let closed: string[];
  let jobs: JobRequest[];
  let events: EventRecord[];
  let learning: ReturnType<typeof notesModule>;
  let accounts: ReturnType<typeof notesModule>;

  before(() => database.open());
  after(() => database.close());
  beforeEach(async () => {
    await database.reset();
    clock.set('2026-11-24T09:00:00.000Z');
    [erased, closed, jobs, events] = [[], [], [], []];
    learning = notesModule('learning', erased);
    accounts = notesModule('accounts', erased);
    privacy = createPrivacy({
      connection: database.connection(),
      clock,
      random: systemRandom,
      outbox: quietOutbox(events),
      config,
      translations,
      providers: [learning.provider, accounts.provider],
      closeAccount: async (accountId) => void closed.push(accountId),
      recipients: { receivedAt: async () => [], erase: async () => 0 },
      limits: {} as never,
      enqueue: async (requests) => void jobs.push(...requests),
    });
    await database.prepare();
    await privacy.open();
    learning.notes.set('zoe', [{ text: 'Zoé <b>', at: new Date('2026-01-02T03:04:05Z') }]);
    accounts.notes.set('zoe', [{ email: 'zoe@example.org', roles: ['learner'] }]);
  });

  const runJobs = async (): Promise<void> => {
    const [kind] = privacy.jobKinds;
    for (const { payload } of jobs) await kind?.run(payload);
  };
  const recordChoice = () =>
    privacy.recordChoice({
      accountId: 'zoe',
      choice: { audience: true },
      language: 'fr',
      method: 'page',
      signal: false,
    });

  it('exports data, files and a page to read, with the fingerprint of each', async () => {
    await recordChoice();
    const files = unzipSync(await privacy.exportFor('zoe', 'fr'));
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array())) as {
      files: { path: string; sha256: string; bytes: number }[];
    };
    expect(manifest.files.map(({ path }) => path)).to.have.members(
      Object.keys(files).filter((path) => path !== 'manifest.json'),
    );
    for (const { path, sha256, bytes } of manifest.files) {
      const content = files[path] ?? new Uint8Array();
      expect(createHash('sha256').update(content).digest('hex'), path).to.equal(sha256);
      expect(content.length).to.equal(bytes);
    }
    const html = strFromU8(files['index.html'] ?? new Uint8Array());
    expect(html)
      .to.include('<html lang="fr">')
      .and.include('Zoé &lt;b&gt;')
      .and.include('2026-01-02T03:04:05');
    expect(html).not.to.match(/src=|href="http/);
    expect(JSON.parse(strFromU8(files['data/privacy.json'] ?? new Uint8Array())).consents).to.have.length(1);
  });

  it('writes no file of an export outside the folder it is unpacked into', async () => {
    const paths = Object.keys(unzipSync(await privacy.exportFor('zoe', 'en')));
    expect(paths.some((path) => path.endsWith('learning/_.txt'))).to.equal(true);
    expect(paths.filter((path) => path.startsWith('/') || path.split('/').includes('..'))).to.deep.equal([]);
  });

  it('exports nothing of anybody else', async () => {
    const files = unzipSync(await privacy.exportFor('somebody', 'en'));
    expect(Object.keys(files)).to.have.members(['index.html', 'manifest.json']);
  });

  it('closes the account at once and erases it by a job, the account itself last', async () => {
    await recordChoice();
    await privacy.requestErasure('zoe', 'zoe');
    expect(closed).to.deep.equal(['zoe']);
    expect(erased).to.deep.equal([]);
    await runJobs();
    expect(erased).to.deep.equal(['learning:zoe', 'accounts:zoe']);
    expect((await privacy.personalData.export('zoe')).consents).to.deep.equal([]);
    const [request] = await privacy.erasures(10);
    expect(request).to.include({ accountId: 'zoe', state: 'done' });
    expect(request?.lines.map(({ module, outcome }) => `${module}:${outcome}`)).to.deep.equal([
      'privacy:anonymised',
      'learning:erased',
      'accounts:erased',
    ]);
  });

  it('is taken up again after a cut in the middle, and says so once', async () => {
    const outbox = quietOutbox(events);
    outbox.watch(database.connection().model('Erasure') as never);
    await privacy.requestErasure('zoe', 'zoe');
    accounts.state.failing = true;
    expect((await failure(runJobs())).message).to.equal('cut off');
    expect(await privacy.erasures(10)).to.have.nested.property('[0].state', 'running');
    expect(accounts.notes.has('zoe')).to.equal(true);

    accounts.state.failing = false;
    await privacy.applyRetention();
    expect(jobs.at(-1)).to.deep.include({ name: 'erase-account', payload: { accountId: 'zoe' } });
    // The queue takes a key once: the first job may have been given up, so this must be another.
    expect(jobs.at(-1)?.key).not.to.equal(jobs.at(0)?.key);
    await runJobs();
    await runJobs();
    expect(accounts.notes.has('zoe')).to.equal(false);
    expect(await privacy.erasures(10)).to.have.nested.property('[0].state', 'done');
    await outbox.relay();
    expect(events.map(({ name }) => name)).to.deep.equal(['AccountErased']);
    expect(events[0]?.payload).to.deep.equal({ accountId: 'zoe', by: 'zoe' });
  });

  it('keeps the first request when it is asked twice', async () => {
    await privacy.requestErasure('zoe', 'zoe');
    clock.advanceSeconds(60);
    await privacy.requestErasure('zoe', 'officer');
    expect(await privacy.erasures(10)).to.have.length(1);
    expect((await privacy.erasures(10))[0]).to.include({ requestedBy: 'zoe' });
  });

  it('erases nothing for a job that nobody asked for', async () => {
    expect(await failure(Promise.resolve(privacy.jobKinds[0]?.run({ accountId: 'zoe' })))).to.include({
      code: 'not-found',
    });
    expect(erased).to.deep.equal([]);
  });

  it('notes what retention removed, and forgets its own proofs after five years, not before', async () => {
    learning.state.expired = 7;
    await recordChoice();
    await privacy.requestErasure('zoe', 'zoe');
    await runJobs();
    const { lines } = await privacy.applyRetention();
    expect(lines).to.deep.equal([{ module: 'learning', category: 'notes', removed: 7 }]);

    learning.state.expired = 0;
    clock.set('2031-11-24T08:59:59.999Z');
    expect((await privacy.applyRetention()).lines).to.deep.equal([]);
    clock.set('2031-11-24T09:00:00.001Z');
    const removed = (await privacy.applyRetention()).lines.map((line) => `${line.category}:${line.removed}`);
    expect(removed).to.include.members(['consents:1', 'erasures:1']);
    expect(await privacy.erasures(10)).to.deep.equal([]);
  });
});
