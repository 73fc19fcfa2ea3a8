import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import jsQR from 'jsqr';
import { PDFDocument } from 'pdf-lib';
import { PNG } from 'pngjs';
import qrcode from 'qrcode';
import { readAnswerKey } from '../test/support/answer-key.ts';
import { axeFaults, visibleFaults } from '../test/support/browser/page-faults.ts';
import { type Client, expectStatus } from '../test/support/client.ts';
import { createInstallation } from '../test/support/instance.ts';
import { type OfflinePage, openOfflineBrowser } from '../test/support/offline-page.ts';
import { revoke, signIn } from '../test/support/walk.ts';
import type { Proof } from './proof.ts';
import { answer, handIn, prepareCandidates, signedRecords } from './support/candidate.ts';

const outDir = resolve('var/offline');
const patience = 120_000;

type Issued = { identifier: string; json: Buffer; pdf: Buffer; png: Buffer };

const filesOf = async (client: Client): Promise<Issued> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const [record] = await signedRecords(client);
    const identifier = record?.id.split('/').at(-1);
    if (identifier) {
      const get = async (ending: string) =>
        expectStatus(await client.get(`/en/certificates/${identifier}.${ending}`)).bytes;
      return { identifier, json: await get('json'), pdf: await get('pdf'), png: await get('png') };
    }
    if (Date.now() > deadline) throw new Error('the certificate did not come');
  }
};

/** The text of the second code, read from the printed sheet: it stands in the right lower corner. */
const codeOn = (sheet: Buffer): string => {
  const { data, width, height } = PNG.sync.read(sheet);
  const [left, top] = [Math.round(width * 0.77), Math.round(height * 0.68)];
  const [w, h] = [Math.round(width * 0.17), Math.round(height * 0.23)];
  const part = new Uint8ClampedArray(w * h * 4);
  for (let row = 0; row < h; row += 1) {
    const from = ((top + row) * width + left) * 4;
    part.set(data.subarray(from, from + w * 4), row * w * 4);
  }
  const text = jsQR.default(part, w, h)?.data;
  if (!text?.startsWith('JC1:')) throw new Error('no second code on the sheet');
  return text;
};

const asPicture = (text: string): Promise<Buffer> =>
  qrcode.toBuffer([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M', scale: 6 });

const changedCode = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

const changedJson = (json: Buffer): string => {
  const credential = JSON.parse(json.toString()) as { credentialSubject: { name: string } };
  credential.credentialSubject.name = 'Somebody Else';
  return JSON.stringify(credential);
};

/** A sheet that looks like any other, with a changed record inside. */
const changedPdf = async (json: Buffer): Promise<Uint8Array> => {
  const document = await PDFDocument.create();
  document.addPage().drawText('Certificate of achievement');
  await document.attach(Buffer.from(changedJson(json)), 'credential.json', { mimeType: 'application/vc' });
  return document.save();
};

const neverGreen = ['not-valid', 'could-not-check'];

/** Pictures of what is shown, in both languages, on a phone and on a desk; what axe and eyes would stumble over. */
const look = async (offline: OfflinePage, name: string): Promise<string[]> => {
  const faults: string[] = [];
  for (const language of ['en', 'fr'] as const) {
    await offline.speak(language);
    for (const width of [360, 1280]) {
      await offline.page.setViewport({ width, height: 800 });
      const file = join(outDir, `${name}-${language}-${width}.png`);
      writeFileSync(file, await offline.page.screenshot({ fullPage: true }));
      faults.push(
        ...(await visibleFaults(offline.page)).map((fault) => `${name} ${language} ${width}: ${fault}`),
      );
    }
  }
  await offline.speak('en');
  faults.push(...(await axeFaults(offline.page)).map((fault) => `${name}: ${fault}`));
  return faults;
};

/**
 * The offline verifier in a browser without network, opened from disk: file, PDF and picture of the sheet of genuine
 * certificates are verified, of changed ones none is, one that was withdrawn after the download still shows the age of the
 * lists, and is withdrawn as soon as a newer snapshot is loaded.
 */
export const prove: Proof = async ({ say }) => {
  mkdirSync(outDir, { recursive: true });
  const installation = await createInstallation({ SEED: 'demo' });
  const browser = await openOfflineBrowser();
  try {
    const prepared = await prepareCandidates(installation, 2);
    const instance = await installation.start();
    const key = await readAnswerKey('protecting-personal-data');
    const issued: Issued[] = [];
    for (const candidate of prepared) {
      const client = instance.client();
      await signIn(client, candidate);
      await answer(client, candidate, key);
      await handIn(client, candidate);
      issued.push(await filesOf(client));
    }
    const [first, second] = issued as [Issued, Issued];
    say('two certificates issued, as JSON, PDF and PNG');
    const stranger = instance.client();
    const html = expectStatus(await stranger.get('/verifier/offline.html')).bytes;
    writeFileSync(join(outDir, 'offline-verifier.html'), html);
    const asked = performance.now();
    expectStatus(await stranger.get('/verifier/offline.html'));
    const againMs = Math.round(performance.now() - asked);
    const offline = await browser.open(html.toString());
    await offline.speak('en');
    const faults = await look(offline, 'before');

    const verdicts: Record<string, string | undefined> = {};
    const give = async (name: string, bytes: Uint8Array | string): Promise<string> => {
      const text = await offline.give('file', name, bytes);
      verdicts[name] = await offline.verdict();
      return text;
    };
    await give('genuine.json', first.json);
    await give('genuine.pdf', first.pdf);
    faults.push(...(await look(offline, 'verified-pdf')));
    const started = performance.now();
    const shown = await give('genuine-sheet.png', first.png);
    const sheetMs = Math.round(performance.now() - started);
    await give('genuine-code.png', await asPicture(codeOn(first.png)));
    faults.push(...(await look(offline, 'verified')));
    await give('changed.json', changedJson(first.json));
    faults.push(...(await look(offline, 'not-valid')));
    await give('changed.pdf', await changedPdf(first.json));
    const code = codeOn(first.png);
    for (let at = 10; at < code.length; at += Math.ceil(code.length / 12))
      await give(`changed-code-${at}.png`, await asPicture(changedCode(code, at)));
    await give('noise.png', await asPicture('HTTPS://EXAMPLE.ORG'));
    faults.push(...(await look(offline, 'could-not-check')));
    say(`verdicts so far: ${JSON.stringify(verdicts)}`);

    const examiner = instance.client();
    await signIn(examiner, await installation.demoAccount('examiner'));
    await revoke(examiner, second.identifier, 'fraud');
    const old = await give('withdrawn-since.png', second.png);
    const newer = expectStatus(await stranger.get('/verifier/snapshot.json')).bytes;
    const loaded = await offline.give('newer-file', 'snapshot.json', newer);
    await give('withdrawn.png', second.png);
    await give('withdrawn.pdf', second.pdf);
    await give('withdrawn.json', second.json);
    faults.push(...(await look(offline, 'withdrawn')), ...offline.faults);
    await instance.stop();

    const names = Object.keys(verdicts);
    const of = (pattern: RegExp) =>
      names.filter((name) => pattern.test(name)).map((name) => String(verdicts[name]));
    const ok =
      of(/^genuine.*(json|png)$/).every((verdict) => verdict === 'verified') &&
      // Without network its page is compared with nothing.
      verdicts['genuine.pdf'] === 'could-not-check' &&
      of(/^(changed|noise)/).every((verdict) => neverGreen.includes(verdict)) &&
      verdicts['changed.json'] === 'not-valid' &&
      verdicts['changed.pdf'] === 'not-valid' &&
      shown.includes('not withdrawn as of the list of') &&
      old.includes('not withdrawn as of the list of') &&
      /newer list/.test(loaded) &&
      of(/^withdrawn\./).every((verdict) => verdict === 'not-valid') &&
      faults.length === 0;
    const figures = {
      pageKilobytes: Math.round(html.length / 1024),
      snapshotKilobytes: Math.round(newer.length / 1024),
      servedAgainInMs: againMs,
      sheetReadAndVerifiedInMs: sheetMs,
      codeCharacters: code.length,
      changedCodes: Object.groupBy(of(/^changed-code/), (verdict) => verdict),
      withdrawnSinceDownload: verdicts['withdrawn-since.png'],
      afterNewerSnapshot: of(/^withdrawn\./),
      faults,
    };
    return { ok, figures };
  } finally {
    await browser.close();
    await installation.remove();
  }
};
