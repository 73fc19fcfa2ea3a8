import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import request from 'supertest';
import { createMailTransport, type Letter } from '../../src/platform/mail.ts';
import { createDevMailPages, linked } from '../../src/web/pages/dev-mail.ts';
import { readLetter } from '../../src/web/pages/read-letter.ts';
import { pageApp } from '../support/pages.ts';

const letter: Letter = {
  key: 'letter-1',
  to: { name: 'Zoé Šťastná', address: 'zoe@example.org' },
  language: 'fr',
  subject: 'Confirmez votre adresse électronique\u00a0: elle sert à vous écrire, et à rien d’autre',
  text: 'Bonjour Zoé,\n\nOuvrez https://certificates.example/fr/confirm/abc=def.\n\nÀ bientôt',
  html: `<p>Bonjour <b>Zoé</b></p>${'<p>é = é</p>'.repeat(40)}<script>alert(1)</script>`,
  attachments: [{ filename: 'reçu n° 1.pdf', content: new Uint8Array(1234), contentType: 'application/pdf' }],
  date: new Date('2026-11-23T14:00:00Z'),
};

describe('The mail folder as pages', () => {
  let mailDir: string;
  let name: string;
  const app = () => pageApp({ routes: (render) => [createDevMailPages({ render, mailDir })] });

  before(async () => {
    mailDir = await mkdtemp(join(tmpdir(), 'dev-mail-'));
    await createMailTransport({ kind: 'folder', dir: mailDir, from: 'JINFO <no-reply@x.example>' }).send(
      letter,
    );
    name = (await readdir(mailDir)).find((file) => file.endsWith('.eml')) ?? '';
  });
  after(() => rm(mailDir, { recursive: true }));

  it('show a letter as it was written: accents, long lines, attachments', async () => {
    const { readFile } = await import('node:fs/promises');
    const read = readLetter(await readFile(join(mailDir, name)));
    expect(read.subject).to.equal(letter.subject);
    expect(read.to).to.equal('Zoé Šťastná <zoe@example.org>');
    expect(read.text.trim().replaceAll('\r\n', '\n')).to.equal(letter.text);
    expect(read.html?.trim()).to.equal(letter.html);
    expect(read.attachments).to.deep.equal([
      { filename: 'reçu n° 1.pdf', type: 'application/pdf', size: 1234 },
    ]);
  });

  it('list the letters and make the addresses of one clickable', async () => {
    const list = await request(app()).get('/en/dev/mail');
    expect(list.text).to.include(`href="/en/dev/mail/${name}"`).and.include('Confirmez votre adresse');
    const page = await request(app()).get(`/en/dev/mail/${name}`);
    expect(page.text).to.include('<a href="https://certificates.example/fr/confirm/abc&#x3D;def">');
    expect(page.headers['content-security-policy']).to.match(/frame-src 'self'$/);
  });

  it('draw the HTML where nothing of it can run', async () => {
    const { headers } = await request(app()).get(`/en/dev/mail/${name}/html`);
    expect(headers['content-security-policy']).to.match(/^sandbox; default-src 'none'/);
    const page = await request(app()).get(`/en/dev/mail/${name}`);
    expect(page.text)
      .to.match(/<iframe class="letter-frame" sandbox src=/)
      .and.not.include('alert(1)');
  });

  it('open nothing outside the folder', async () => {
    await writeFile(join(mailDir, '..', 'outside.eml'), 'Subject: no\r\n\r\nno');
    for (const path of ['..%2Foutside.eml', '%2Fetc%2Fpasswd', 'missing.eml']) {
      expect((await request(app()).get(`/en/dev/mail/${path}`)).status, path).to.equal(404);
    }
    await rm(join(mailDir, '..', 'outside.eml'));
  });

  it('leave the full stop after an address out of the link', () => {
    expect(linked('See https://a.example/x?y=1. Then (https://b.example) or nothing')).to.deep.equal([
      { text: 'See ' },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '. Then (' },
      { text: 'https://b.example', href: 'https://b.example' },
      { text: ') or nothing' },
    ]);
    expect(linked('javascript:alert(1)')).to.deep.equal([{ text: 'javascript:alert(1)' }]);
  });
});
