import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../../../src/platform/logger.ts';
import { findBrowsers } from '../../../src/platform/pdf/find-browser.ts';
import { DrawingTimeoutError, NoBrowserError, type PdfPrinter } from '../../../src/platform/pdf/index.ts';
import { inspect, openPrinter, processesWith, until } from '../../support/drawing.ts';
import { browserDir } from '../../support/shared-printer.ts';

const page = { title: 'Un titre', language: 'fr' };
const picture = { width: 200, height: 100 };
const ownBrowsers = () => processesWith(`profile-${process.pid}-`);

describe('the PDF printer', () => {
  let printer: PdfPrinter;
  before(() => {
    printer = openPrinter();
  });
  after(() => printer.close());

  it('draws a tagged A4 document with its language and title', async () => {
    const found = await inspect(await printer.toPdf('<h1>Bonjour</h1><p>Texte</p>', page));
    expect(found).to.include({ pages: 1, title: 'Un titre', language: 'fr', tagged: true, marked: true });
    expect(found.roles).to.include.members(['/H1', '/P']);
    expect(found.size.width).to.be.closeTo(595.3, 1);
    expect(printer.browserDescription()).to.match(/Chrom/);
  });

  it('fetches nothing, neither pictures, styles, frames nor fonts', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('x');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const body = `<style>@import "${origin}/style.css"; @font-face{font-family:F;src:url(${origin}/font)} p{font-family:F}</style>
      <link rel="stylesheet" href="${origin}/link.css"><link rel="preconnect" href="${origin}">
      <img src="${origin}/img.png"><iframe src="${origin}/frame"></iframe><p>text</p>
      <object data="${origin}/object"></object><svg><image href="${origin}/svg.png"/></svg>`;
    await printer.toPdf(body, page);
    await printer.sheet('').pdf(body, page);
    expect((await fetch(`${origin}/really-listening`)).ok).to.equal(true);
    server.close();
    expect(asked).to.deep.equal(['/really-listening']);
  });

  it('shows nothing of the files of the machine', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pdf-file-')), 'secret.svg');
    writeFileSync(
      file,
      '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="200" height="100"/></svg>',
    );
    const drawn = await printer.toPng(
      `<body><iframe src="file://${file}"></iframe><img alt="" src="file://${file}">`,
      picture,
    );
    const empty = await printer.toPng('<body><iframe></iframe><img alt="">', picture);
    expect(Buffer.compare(drawn, empty)).to.equal(0);
  });

  it('runs no script', async () => {
    const script =
      '<script>document.body.style.background = "red"</script><img src="x" onerror="document.body.style.background = \'red\'">';
    const drawn = await printer.toPng(`<body><p>a</p>${script}`, picture);
    const silent = await printer.toPng('<body><p>a</p><script></script><img src="x">', picture);
    expect(Buffer.compare(drawn, silent)).to.equal(0);
  });

  it('keeps drawings that run at once apart', async () => {
    const sheet = printer.sheet('body { margin: 0; font: 40px serif }');
    const bodies = Array.from(
      { length: 8 },
      (_, i) => `<div style="width:${20 * (i + 1)}px;height:50px;background:#000"></div>`,
    );
    const one: Uint8Array[] = [];
    for (const body of bodies) one.push(await sheet.png(body, picture));
    const together = await Promise.all(bodies.map((body) => sheet.png(body, picture)));
    together.forEach((drawn, i) => {
      expect(Buffer.compare(drawn, one[i]!), `drawing ${i}`).to.equal(0);
    });
    expect(new Set(one.map((drawn) => Buffer.from(drawn).toString('base64'))).size).to.equal(8);
  });

  it('leaves nothing of one drawing on the next: A, B and A again', async () => {
    const sheet = printer.sheet('body { margin: 0; font: 30px serif } q { quotes: auto }');
    const a = '<p><q>Ålesund</q></p>';
    const b = '<style>p { color: red; background: blue }</style><p style="font-size:60px">Б</p><p>more</p>';
    const first = await sheet.png(a, picture);
    const other = await sheet.png(b, { ...picture, scale: 2 });
    await sheet.pdf(b, { title: 'B', language: 'fr' });
    expect(Buffer.compare(first, other)).to.not.equal(0);
    expect(Buffer.compare(first, await sheet.png(a, picture))).to.equal(0);
    const again = await inspect(await sheet.pdf(a, { title: 'A', language: 'en' }));
    expect(again).to.include({ pages: 1, title: 'A', language: 'en' });
  });

  it('draws rightly after a drawing that failed', async () => {
    const sheet = printer.sheet('body { margin: 0 }');
    const body = '<p>after</p>';
    const before = await sheet.png(body, picture);
    const failure = await sheet.png('<p>bad</p>', { width: -1, height: 1 }).catch((error) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(Buffer.compare(before, await sheet.png(body, picture))).to.equal(0);
  });

  it('closes a page that has made enough drawings', async () => {
    const closed: unknown[] = [];
    const debug = (fields: object): void => void closed.push(fields);
    const frugal = openPrinter({ drawingsPerPage: 2, logger: { ...silentLogger, debug } });
    const sheet = frugal.sheet('body { margin: 0 }');
    const drawn: Uint8Array[] = [];
    for (let i = 0; i < 4; i += 1) drawn.push(await sheet.png('<p>same</p>', picture));
    await frugal.close();
    expect(closed).to.deep.equal([{ drawings: 2 }, { drawings: 2 }]);
    expect(drawn.every((one) => Buffer.compare(one, drawn[0]!) === 0)).to.equal(true);
  });

  it('draws again after its browser was killed', async () => {
    await printer.toPdf('<p>before</p>', page);
    const killed = ownBrowsers();
    expect(killed).to.not.deep.equal([]);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    expect((await inspect(await printer.toPdf('<p>after</p>', page))).pages).to.equal(1);
  });

  it('gives up a drawing that takes too long', async () => {
    const hasty = openPrinter({ timeoutMs: 1 });
    const failure = await hasty.toPdf('<p>slow</p>', page).catch((error) => error);
    await hasty.close();
    expect(failure).to.be.instanceOf(DrawingTimeoutError);
  });

  it('says what it tried when no browser starts, and tries again later', async () => {
    const none = openPrinter({ chromePath: '/nowhere/chrome' });
    for (let i = 0; i < 2; i += 1) {
      const failure = await none.toPdf('', page).catch((error) => error);
      expect(failure).to.be.instanceOf(NoBrowserError);
      expect(failure.message).to.contain('/nowhere/chrome (configured)');
    }
    await none.close();
  });
});

describe('the end of the browser', () => {
  it('leaves no process and no profile when the printer closes', async () => {
    const profiles = () =>
      readdirSync(browserDir).filter((name) => name.startsWith(`profile-${process.pid}-`));
    // Other files of this process may share a browser that is still there.
    const before = { browsers: ownBrowsers(), profiles: profiles() };
    const printer = openPrinter();
    await printer.toPdf('<p>a</p>', page);
    expect(ownBrowsers().length).to.be.above(before.browsers.length);
    expect(profiles().length).to.equal(before.profiles.length + 1);
    await printer.close();
    await until(() => ownBrowsers().length === before.browsers.length);
    expect(profiles()).to.deep.equal(before.profiles);
    expect(await printer.toPdf('', page).catch((error) => error.message)).to.contain('closed');
  });

  it('comes with that of a service which is killed', async () => {
    const printerUrl = new URL('../../../src/platform/pdf/index.ts', import.meta.url).href;
    const service = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { createPdfPrinter } from ${JSON.stringify(printerUrl)};
       const printer = createPdfPrinter({ tmpDir: ${JSON.stringify(browserDir)} });
       await printer.toPdf('<p>a</p>', { title: 'a', language: 'en' });
       console.log('drawn'); setInterval(() => undefined, 1000);`,
    ]);
    await once(service.stdout, 'data');
    const browsers = () => processesWith(`profile-${service.pid}-`);
    expect(browsers()).to.not.deep.equal([]);
    service.kill('SIGKILL');
    await until(() => browsers().length === 0);
  });
});

describe('the choice of the browser', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pdf-places-'));
  const program = (name: string, mode: number): string => {
    const path = join(dir, name);
    writeFileSync(path, '#!/bin/sh\nexit 1\n');
    chmodSync(path, mode);
    return path;
  };
  after(() => rmSync(dir, { recursive: true }));

  it('takes the configured one alone', () => {
    const found = findBrowsers({ chromePath: '/opt/chrome', tmpDir: dir, places: [program('a', 0o755)] });
    expect(found.map(({ origin }) => origin)).to.deep.equal(['/opt/chrome (configured)']);
  });

  it('takes installed ones that can be run, then the shipped one', function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
    const places = [
      join(dir, 'missing'),
      program('not-executable', 0o644),
      program('chrome-headless-shell', 0o755),
    ];
    const found = findBrowsers({ tmpDir: dir, places });
    expect(found.map(({ origin }) => origin)).to.deep.equal([
      `${places[2]} (installed)`,
      'shipped with the product',
    ]);
    expect(found[0]?.kind).to.equal('headless-shell');
  });
});
