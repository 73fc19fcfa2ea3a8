import { expect } from 'chai';
import { createCertificateStore } from '../../src/issuer/certificate-store.ts';
import { createIssueCertificate } from '../../src/issuer/issue-certificate.ts';
import { createKeyRegister } from '../../src/issuer/key-register.ts';
import { createKeyring } from '../../src/issuer/keyring.ts';
import { createKeyFiles } from '../../src/issuer/keys.ts';
import { createLifetimeStore } from '../../src/issuer/lifetime/lifetime-store.ts';
import { createCompactTableStore } from '../../src/issuer/offline/compact-table-store.ts';
import { createOfflineCodes } from '../../src/issuer/offline/offline-codes.ts';
import { createOperator } from '../../src/issuer/operator.ts';
import { standardDesign } from '../../src/issuer/sheet-templates/sheet-template.ts';
import { createSigner } from '../../src/issuer/signer.ts';
import { createStatusEntryStore } from '../../src/issuer/status-entry-store.ts';
import { createStatusLists } from '../../src/issuer/status-list.ts';
import { createStatusListStore } from '../../src/issuer/status-list-store.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { createOutbox } from '../../src/platform/database/outbox.ts';
import { type Random, systemRandom } from '../../src/platform/random.ts';
import { translations } from '../support/pages.ts';
import { award, Cut, createCutter, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

/** Two processes that were given the same chance: what one picks, the other picks too. */
const sameChance = (): Random => {
  let state = 7;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state;
  };
  return { bytes: systemRandom.bytes, below: (below) => next() % below };
};

describe('Issuing a certificate', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  before(async () => {
    world = await openIssuerWorld();
  });
  after(() => world.close());

  it('signs one credential in the frozen words, which a stranger verifies', async () => {
    const { issuer, verifier, events } = await world.process();
    const certificate = await issuer.issueCertificate('first');
    expect(certificate?.state).to.equal('valid');
    const bytes = await issuer.credentialFile(certificate?.identifier ?? '');
    const report = await verifier.verify(Buffer.from(bytes).toString('utf8'));
    expect(report.verdict).to.equal('verified');
    expect(report.checks.find(({ name }) => name === 'signature')?.evidence.proofs).to.equal(
      'eddsa-rdfc-2022: passed, Ed25519Signature2020: passed',
    );
    expect(report.facts).to.include({
      holderName: 'Zoé Šťastná',
      achievementName: 'Protecting personal data',
      assessment: 'Online test, not supervised',
      criteria: 'Passed the test.',
      validFrom: '2026-11-20T09:00:00Z',
      credentialId: `https://certificates.example/v/${certificate?.identifier}`,
    });
    expect((await events()).map(({ name }) => name)).to.deep.equal(['CertificateIssued']);
  });

  it('answers the same certificate when it is asked again, and tells nobody twice', async () => {
    const { issuer, events } = await world.process();
    const first = await issuer.issueCertificate('again');
    world.clock.advance({ minutes: 5 });
    const second = await issuer.issueCertificate('again');
    expect(second).to.deep.equal(first);
    expect(await events()).to.have.length(1);
  });

  it('has one winner when eight issuers of two processes race', async () => {
    const [one, two] = [await world.process(), await world.process()];
    const answers = await Promise.all(
      [one, two, one, two, one, two, one, two].map(({ issuer }) => issuer.issueCertificate('raced')),
    );
    const [first] = answers;
    expect(first?.state).to.equal('valid');
    for (const answer of answers) expect(answer).to.deep.equal(first);
    expect(await world.count('certificates', { enrolmentId: 'raced' })).to.equal(1);
    expect(await world.count('status_entries', { certificate: first?.identifier })).to.equal(2);
    expect(await one.events()).to.have.length(1);
  });

  it('gives no number and no status index twice when chance repeats itself', async () => {
    const [one, two] = [
      await world.process({ random: sameChance() }),
      await world.process({ random: sameChance() }),
    ];
    const issued = await Promise.all([
      one.issuer.issueCertificate('twin-1'),
      two.issuer.issueCertificate('twin-2'),
      one.issuer.issueCertificate('twin-3'),
      two.issuer.issueCertificate('twin-4'),
    ]);
    const places = issued.flatMap((certificate) =>
      certificate?.state === 'valid'
        ? certificate.status.map(({ list, index }) => `${list}:${index}`)
        : 'none',
    );
    expect(new Set(places).size).to.equal(8);
    expect(places).not.to.include('none');
    expect(new Set(issued.map((certificate) => certificate?.identifier)).size).to.equal(4);
  });

  it('certifies nothing for an enrolment that is not complete, or for an account that is gone', async () => {
    const { issuer } = await world.process();
    expect(await issuer.issueCertificate('none-yet')).to.equal(undefined);
    const { issuer: later } = await world.process({ nameOf: async () => undefined });
    expect(await later.issueCertificate('left')).to.equal(undefined);
    expect(await world.count('certificates', { enrolmentId: 'left' })).to.equal(0);
  });

  it('names nobody whose account was closed while the name was being written down', async () => {
    let asked = 0;
    const { issuer } = await world.process({
      nameOf: async () => {
        asked += 1;
        return asked === 1 ? 'Somebody Leaving' : undefined;
      },
    });
    expect(await issuer.issueCertificate('leaving')).to.equal(undefined);
    expect(await world.count('certificates', { holderName: 'Somebody Leaving' })).to.equal(0);
    expect(await issuer.issueCertificate('leaving')).to.include({ state: 'redacted' });
  });

  it('completes what was cut, wherever it was cut', async () => {
    const { config } = await world.process();
    const { connection, close } = await openDatabase(world.database);
    const { clock } = world;
    const outbox = createOutbox({ jobsFor: () => [], enqueue: async () => undefined });
    const register = createKeyRegister(connection, outbox);
    const files = createKeyFiles({ dir: config.issuerKeysDir, clock, random: systemRandom });
    const keyring = createKeyring({ files, register, production: false, clock });
    await keyring.open();
    const certificates = createCertificateStore(connection, outbox);
    const lists = createStatusListStore(connection);
    const entries = createStatusEntryStore(connection);

    const { baseUrl } = config;
    // What they keep in memory costs a second to make, and a cut does not take it from anybody.
    const signer = createSigner({ baseUrl, keyring });
    const offlineCodes = createOfflineCodes({
      signer,
      tables: createCompactTableStore(connection),
      baseUrl,
    });

    const issuing = (cutter: { wrap<T extends object>(target: T): T }) => {
      const statusLists = createStatusLists({
        entries: cutter.wrap(entries),
        lists: cutter.wrap(lists),
        signer: cutter.wrap(signer),
        baseUrl,
        clock,
        random: systemRandom,
      });
      const ports = cutter.wrap({
        awardOf: async (enrolmentId: string) => award(enrolmentId),
        nameOf: async (_accountId: string) => 'Zoé Šťastná',
      });
      return createIssueCertificate({
        certificates: cutter.wrap(certificates),
        lifetimes: createLifetimeStore(connection),
        statusLists,
        signer: cutter.wrap(signer),
        awardOf: (id) => ports.awardOf(id),
        nameOf: (id) => ports.nameOf(id),
        sheetOf: async () => ({ template: 'standard', version: 1, design: standardDesign }),
        operator: createOperator(config, translations),
        translations,
        offlineCodes: cutter.wrap(offlineCodes),
        clock,
        random: systemRandom,
        outbox,
      });
    };

    const uncut = createCutter(0, 'before');
    await issuing(uncut)('uncut');
    expect(uncut.steps()).to.be.greaterThan(8);
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= uncut.steps(); at += 1) {
        const enrolmentId = `cut-${when}-${at}`;
        const failure = await issuing(createCutter(at, when))(enrolmentId).catch((error) => error);
        expect(failure, `${when} step ${at}`).to.be.instanceOf(Cut);
        const certificate = await issuing(createCutter(0, 'before'))(enrolmentId);
        expect(certificate?.state, enrolmentId).to.equal('valid');
        expect(await world.count('certificates', { enrolmentId }), enrolmentId).to.equal(1);
        const { identifier } = certificate ?? {};
        expect(await world.count('status_entries', { certificate: identifier }), enrolmentId).to.equal(2);
        const events = await connection
          .collection<{ outbox?: unknown[] }>('certificates')
          .findOne({ enrolmentId });
        expect(events?.outbox, enrolmentId).to.have.length(1);
      }
    }
    await close();
  });
});
