import { rename } from 'node:fs/promises';
import { expect } from 'chai';
import express, { type ErrorRequestHandler } from 'express';
import request from 'supertest';
import { createRevokeCertificate } from '../../src/issuer/revoke-certificate.ts';
import type { StatusLists } from '../../src/issuer/status-list.ts';
import { createOutbox } from '../../src/platform/database/outbox.ts';
import type { DomainError } from '../../src/platform/errors.ts';
import { decodeBits, type JsonObject, readBit } from '../../src/vc/index.ts';
import { Cut, createCutter, type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

const revocation = { by: 'staff-1', reason: 'issued-in-error' } as const;

const notFoundHandler: ErrorRequestHandler = (error: DomainError, _request, response, _next) => {
  response.status(error.kind === 'not-found' ? 404 : 500).end();
};

describe('Revoking a certificate', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  let main: IssuerProcess;
  let other: IssuerProcess;
  before(async () => {
    world = await openIssuerWorld();
    main = await world.process();
    other = await world.process();
  });
  after(() => world.close());

  let enrolments = 0;
  const issued = async () => {
    enrolments += 1;
    const certificate = await main.issuer.issueCertificate(`enrolment-${enrolments}`);
    if (certificate?.state !== 'valid') throw new Error('not issued');
    const [place] = certificate.status;
    if (!place) throw new Error('no place on a list');
    return { ...certificate, status: place };
  };

  const verdictOf = async (credential: JsonObject): Promise<string> =>
    (await main.verifier.verify(credential)).verdict;

  const publishedBit = async (list: string, index: number): Promise<boolean> => {
    const document = await main.issuer.publicDocument(`https://certificates.example/status/${list}`);
    const subject = document?.credentialSubject as JsonObject;
    return readBit(decodeBits(subject.encodedList), index);
  };

  it('turns the verdict of the very file that was valid, and says when and why', async () => {
    const { identifier, credential, status } = await issued();
    expect(await verdictOf(credential)).to.equal('verified');
    await main.issuer.revoke({ identifier, ...revocation, note: 'Internal only' });
    expect(await publishedBit(status.list, status.index)).to.equal(true);
    const report = await other.verifier.verify(credential);
    expect(report.verdict).to.equal('not_valid');
    expect(report.revocation).to.deep.equal({ at: world.clock.now(), reason: 'issued-in-error' });
    expect(report.facts?.holderName).to.equal('Zoé Šťastná');
    expect(JSON.stringify(await main.issuer.publicRecord(identifier))).not.to.include('Internal only');
    expect(JSON.stringify(await main.issuer.publicRecord(identifier))).not.to.include('staff-1');
  });

  it('keeps the first reason when it is revoked twice, and records it once', async () => {
    const { identifier } = await issued();
    await main.events();
    await Promise.all([
      main.issuer.revoke({ identifier, ...revocation }),
      other.issuer.revoke({ identifier, by: 'staff-2', reason: 'fraud' }),
    ]);
    const first = await main.issuer.publicRecord(identifier);
    world.clock.advance({ minutes: 1 });
    await main.issuer.revoke({ identifier, by: 'staff-3', reason: 'holder-request' });
    expect(await main.issuer.publicRecord(identifier)).to.deep.equal(first);
    const events = [...(await main.events()), ...(await other.events())];
    expect(events.map(({ name }) => name)).to.deep.equal(['CertificateRevoked']);
  });

  it('lists every one of many revocations at the same moment', async () => {
    const all = [];
    for (let n = 0; n < 12; n += 1) all.push(await issued());
    await Promise.all(
      all.map(({ identifier }, n) => (n % 2 ? main : other).issuer.revoke({ identifier, ...revocation })),
    );
    for (const { status } of all) expect(await publishedBit(status.list, status.index)).to.equal(true);
    const untouched = await issued();
    expect(await verdictOf(untouched.credential)).to.equal('verified');
  });

  it('is completed by its reaction when it was cut between record and list', async () => {
    const { stores, issuer } = main;
    const outbox = createOutbox({ jobsFor: () => [], enqueue: async () => undefined });
    for (const at of [2, 3]) {
      for (const when of ['before', 'after'] as const) {
        const { identifier, credential } = await issued();
        const cutter = createCutter(at, when);
        const lists: Pick<StatusLists, 'set' | 'setMany'> = {
          setMany: async () => undefined,
          set: async (certificate, purpose) => {
            await stores.entries.change({ certificate, purpose }, true);
            return true;
          },
        };
        const revoke = createRevokeCertificate({
          certificates: cutter.wrap(stores.certificates),
          statusLists: cutter.wrap(lists) as StatusLists,
          clock: world.clock,
          outbox,
        });
        const failure = await revoke({ identifier, ...revocation }).catch((error) => error);
        expect(failure, `${when} ${at}`).to.be.instanceOf(Cut);
        await main.events();
        // Cut before the record was made: nothing has happened, and staff try again.
        if (at === 2 && when === 'before') await issuer.revoke({ identifier, ...revocation });
        else await issuer.publishStatus(identifier);
        expect(await verdictOf(credential), `${when} ${at}`).to.equal('not_valid');
      }
    }
  });

  it('never serves a list that lacks a bit that is set', async () => {
    const { identifier, status } = await issued();
    // Set by a process that died before it could publish.
    await main.stores.entries.change({ certificate: identifier, purpose: 'revocation' }, true);
    expect(await publishedBit(status.list, status.index)).to.equal(true);
  });

  it('withholds the list, and so every green verdict, while a revocation cannot be signed', async () => {
    const { identifier, credential, status } = await issued();
    const keyFile = `${world.dir}/keys/issuer-key.json`;
    await rename(keyFile, `${keyFile}.away`);
    const keyless = await world.process();
    expect((await keyless.verifier.verify(credential)).verdict).to.equal('verified');
    await keyless.issuer.revoke({ identifier, ...revocation });
    const address = `https://certificates.example/status/${status.list}`;
    const refused = await keyless.issuer.publicDocument(address).catch((error: DomainError) => error.code);
    expect(refused).to.equal('issuing-unavailable');
    expect((await keyless.verifier.verify(credential)).verdict).to.equal('could_not_check');
    await rename(`${keyFile}.away`, keyFile);
    const back = await world.process();
    expect((await back.verifier.verify(credential)).verdict).to.equal('not_valid');
  });

  it('stays revoked when its holder is erased, and an erased one can still be revoked', async () => {
    const [before, after] = [await issued(), await issued()];
    await main.issuer.revoke({ identifier: before.identifier, ...revocation });
    for (const { accountId = '' } of [before, after]) await main.issuer.personalData.erase(accountId);
    await main.issuer.revoke({ identifier: after.identifier, ...revocation });
    for (const { identifier, credential } of [before, after]) {
      expect(await verdictOf(credential)).to.equal('not_valid');
      expect(await main.issuer.publicRecord(identifier)).to.deep.include({
        kind: 'redacted',
        revocation: { at: world.clock.now(), reason: 'issued-in-error' },
      });
    }
  });

  it('refuses what does not exist or is not signed yet', async () => {
    const code = async (identifier: string) =>
      main.issuer.revoke({ identifier, ...revocation }).catch((error: DomainError) => error.code);
    expect(await code('0'.repeat(28))).to.equal('not-found');
    const { wording } = await issued();
    await main.stores.certificates.reserve({
      identifier: '1'.repeat(28),
      origin: 'enrolment:waiting',
      claims: { achievement: {}, evidence: [] },
      accountId: 'a',
      holderName: 'Waiting',
      courseId: 'c',
      courseVersion: 1,
      language: 'en',
      wording,
      awardedAt: world.clock.now(),
      reservedAt: world.clock.now(),
      state: 'issuing',
    });
    expect(await code('1'.repeat(28))).to.equal('certificate-not-issued');
  });

  it('signs the list anew every night, so that it never goes stale', async () => {
    const { credential } = await issued();
    expect(await verdictOf(credential)).to.equal('verified');
    world.clock.advance({ days: 8 });
    const stale = await main.verifier.verify(credential);
    expect(stale.verdict).to.equal('could_not_check');
    expect(stale.checks.find(({ name }) => name === 'status')?.reason).to.equal('list-stale');
    await main.issuer.refreshStatusLists();
    expect(await verdictOf(credential)).to.equal('verified');
  });

  it('is told by the list’s validator, without a cookie, to anybody', async () => {
    const app = express().use(main.issuer.routes, notFoundHandler);
    const { identifier, status } = await issued();
    const path = `/status/${status.list}`;
    const first = await request(app)
      .get(path)
      .expect(200)
      .expect('Content-Type', /^application\/vc/);
    expect(first.headers).to.include({ 'access-control-allow-origin': '*' });
    expect(first.headers).not.to.have.property('set-cookie');
    await request(app).get(path).set('If-None-Match', String(first.headers.etag)).expect(304);
    await main.issuer.revoke({ identifier, ...revocation });
    const second = await request(app).get(path).set('If-None-Match', String(first.headers.etag)).expect(200);
    expect(second.headers.etag).not.to.equal(first.headers.etag);
    await request(app)
      .get(path)
      .set('Accept', 'application/json')
      .expect('Content-Type', /^application\/json/);
    const did = await request(app).get('/.well-known/did.json').expect(200);
    expect(JSON.parse(did.text).id).to.equal('did:web:certificates.example');
    await request(app).get('/status/revocation-99').expect(404);
  });
});
