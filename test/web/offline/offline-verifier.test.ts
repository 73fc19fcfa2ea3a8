import { createHash } from 'node:crypto';
import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import qrcode from 'qrcode';
import request from 'supertest';
import { completePdf } from '../../../src/platform/pdf/index.ts';
import type { JsonObject } from '../../../src/vc/index.ts';
import { createOfflineVerifier } from '../../../src/web/offline/offline-verifier.ts';
import { type Snapshot, takeSnapshot } from '../../../src/web/offline/snapshot.ts';
import { createOfflineVerifierPages } from '../../../src/web/pages/offline-verifier.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from '../../issuer/issuer-world.ts';
import { cacheDir } from '../../platform/database/embedded-support.ts';
import { type OfflineBrowser, type OfflinePage, openOfflineBrowser } from '../../support/offline-page.ts';

const unlimited: RequestHandler = (_request, _response, next) => next();

describe('the offline verifier, from disk, with the network off', () => {
  let world: IssuerWorld;
  let main: IssuerProcess;
  let browser: OfflineBrowser;
  let page: OfflinePage;
  let snapshot: Snapshot;
  let certificate: { identifier: string; credential: JsonObject; code: string };
  const verifier = createOfflineVerifier(cacheDir);

  const issue = async (enrolmentId: string) => {
    const issued = await main.issuer.issueCertificate(enrolmentId);
    if (issued?.state !== 'valid' || issued.offlineCode?.kind !== 'written') throw new Error('not issued');
    return { identifier: issued.identifier, credential: issued.credential, code: issued.offlineCode.text };
  };
  const take = async (): Promise<Snapshot> =>
    takeSnapshot({
      published: await main.issuer.published(),
      operator: 'JINFO Certification',
      baseUrl: main.config.baseUrl,
      now: world.clock.now(),
    });
  const json = (value: unknown): string => JSON.stringify(value);

  before(async function () {
    this.timeout(120_000);
    // Real dates: the page reads the clock of its browser.
    world = await openIssuerWorld(new Date());
    main = await world.process();
    certificate = await issue('one');
    snapshot = await take();
    browser = await openOfflineBrowser();
    page = await browser.open(await verifier.html(snapshot));
    await page.speak('en');
  });
  after(async () => {
    await browser?.close();
    await world?.close();
  });

  it('is served as a file, in which nothing can run or be fetched but what is in it', async () => {
    const pages = createOfflineVerifierPages({
      cacheDir,
      limits: { perAddress: () => unlimited } as never,
      snapshot: async () => ({ ...snapshot, operator: '</script><script>alert(1)</script>' }),
    });
    const app = express().use(pages);
    const { headers, text } = await request(app).get('/verifier/offline.html').expect(200);
    expect(headers['content-disposition']).to.contain('attachment');
    const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script);
    expect(scripts).to.have.length(1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    expect(policy).to.contain("default-src 'none'").and.contain(`script-src 'sha256-${hash}';`);
    expect(text).to.not.match(/(?:src|href)="(?!#)/);
    const newer = await request(app).get('/verifier/snapshot.json').expect(200);
    expect(newer.body).to.have.property('format', 'offline-snapshot-1');
  });

  it('says of a genuine file, code or text what is signed, and as of when it was not withdrawn', async () => {
    for (const say of [
      await page.give('file', 'credential.json', json(certificate.credential)),
      await page.paste(certificate.code),
    ]) {
      expect(await page.verdict(), say + page.faults.join()).to.equal('verified');
      expect(say).to.contain('Signature valid; not withdrawn as of the list of');
      expect(say).to.contain('cannot be known without network');
      expect(say).to.contain('Zoé Šťastná');
    }
    expect(await page.textOf('age'))
      .to.contain('Lists of withdrawn certificates of')
      .and.contain('less than a day old');
    await page.speak('fr');
    expect(await page.textOf('result')).to.contain('pas de retrait à la date de la liste du');
    await page.speak('en');
    expect(page.faults).to.deep.equal([]);
  });

  it('finds the record inside a PDF', async () => {
    const { PDFDocument } = await import('pdf-lib');
    const blank = await PDFDocument.create();
    blank.addPage();
    const bytes = Buffer.from(json(certificate.credential));
    const details = { title: 'Certificate', language: 'en', author: 'JINFO', date: new Date() };
    const file = {
      name: 'credential.json',
      mime: 'application/vc',
      bytes,
      relationship: 'Source',
      description: '',
      modified: new Date(),
    } as const;
    const pdf = await completePdf(await blank.save(), details, [file]);
    // Each document has the whole of its bounds.
    for (let i = 0; i < 3; i += 1) {
      expect(await page.give('file', 'certificate.pdf', pdf)).to.contain(
        'The page of this PDF was not compared',
      );
      // The record is good, and what the page says is not known: no green for that.
      expect(await page.verdict()).to.equal('could-not-check');
      expect(await page.textOf('result')).to.contain('The record is valid; the page was not compared');
    }
    expect(await page.give('file', 'empty.pdf', await blank.save())).to.contain('carries no signed record');
    expect(await page.verdict()).to.equal('could-not-check');
  });

  it('reads the code in a picture', async () => {
    const content = [{ data: certificate.code, mode: 'alphanumeric' as const }];
    await page.give(
      'file',
      'code.png',
      await qrcode.toBuffer(content, { errorCorrectionLevel: 'M', scale: 5 }),
    );
    expect(await page.verdict()).to.equal('verified');
  });

  it('shows nothing of what was changed', async () => {
    const subject = { ...(certificate.credential.credentialSubject as JsonObject), name: 'Mallory' };
    const say = await page.give(
      'file',
      'changed.json',
      json({ ...certificate.credential, credentialSubject: subject }),
    );
    expect(await page.verdict()).to.equal('not-valid');
    expect(say).to.not.contain('Mallory');
    const at = certificate.code.length - 20;
    const changed =
      certificate.code.slice(0, at) +
      (certificate.code[at] === 'A' ? 'B' : 'A') +
      certificate.code.slice(at + 1);
    await page.paste(changed);
    expect(await page.verdict()).to.be.oneOf(['not-valid', 'could-not-check']);
  });

  it('cannot check what it does not know, and says so', async () => {
    await page.paste('{"no": "certificate"}');
    expect(await page.verdict()).to.equal('could-not-check');
    expect(await page.paste(certificate.code.replace('JC1:', 'JC9:'))).to.contain('could not be checked');
    expect(await page.paste('https://certificates.example/v/123')).to.contain('the other one');
    const bare = await browser.open(await verifier.html({ ...snapshot, statusLists: [] }));
    await bare.paste(certificate.code);
    expect(await bare.verdict()).to.equal('could-not-check');
    const stranger = await browser.open(await verifier.html({ ...snapshot, issuers: [] }));
    await stranger.paste(certificate.code);
    expect(await stranger.verdict()).to.equal('could-not-check');
  });

  it('learns of a withdrawal from a newer file alone, and believes no list but a signed and newer one', async () => {
    const other = await issue('two');
    const old = await take();
    const kept = await browser.open(await verifier.html(old));
    await kept.speak('en');
    world.clock.advance({ minutes: 1 });
    await main.issuer.revoke({ identifier: other.identifier, by: 'staff-1', reason: 'fraud' });
    await kept.paste(other.code);
    expect(await kept.verdict()).to.equal('verified');

    const newer = await take();
    const forged = newer.statusLists.map((list) => ({ ...list, validFrom: new Date().toISOString() }));
    const refused = await kept.give('newer-file', 'forged.json', json({ ...newer, statusLists: forged }));
    expect(refused).to.contain('Nothing in this file is both signed');
    expect(await kept.give('newer-file', 'noise.json', '{"format": "other"}')).to.contain(
      'not a file of lists',
    );

    expect(await kept.give('newer-file', 'snapshot.json', json({ ...newer, issuers: [] }))).to.match(
      /newer list/,
    );
    await kept.paste(other.code);
    expect(await kept.verdict()).to.equal('not-valid');
    expect(await kept.give('newer-file', 'old.json', json(old))).to.contain('Nothing was changed');
    await kept.paste(other.code);
    expect(await kept.verdict()).to.equal('not-valid');
    expect(kept.faults).to.deep.equal([]);
  });

  it('turns no list green that is too old', async () => {
    const past = new Date(Date.now() - 9 * 86_400_000);
    const early = await openIssuerWorld(past);
    try {
      const process = await early.process();
      const issued = await process.issuer.issueCertificate('old');
      if (issued?.state !== 'valid') throw new Error('not issued');
      const published = await process.issuer.published();
      const aged = takeSnapshot({ published, operator: 'JINFO', baseUrl: process.config.baseUrl, now: past });
      const opened = await browser.open(await verifier.html(aged));
      await opened.speak('en');
      expect(await opened.textOf('age'))
        .to.contain('9 days old')
        .and.contain('too old');
      await opened.give('file', 'old-list.json', json(issued.credential));
      expect(await opened.verdict()).to.equal('could-not-check');
    } finally {
      await early.close();
    }
  });
});
