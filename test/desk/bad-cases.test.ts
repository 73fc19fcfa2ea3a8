import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import { badge, sign } from '../vc/sample.ts';
import { type DeskWorld, openDeskWorld, upload } from './desk-world.ts';

/** What clumsy and hostile people bring to the desk, each answered in words, with limits as they are in earnest. */
describe('The desk and what goes wrong', function () {
  this.timeout(120_000);
  let world: DeskWorld;
  before(async () => {
    world = await openDeskWorld(2, { RATE_LIMITS: 'standard' });
  });
  after(() => world.close());

  const html = { accept: 'text/html' };
  const page = (file: Uint8Array | object) =>
    upload(world, '/en/verify', file instanceof Uint8Array ? file : strToU8(JSON.stringify(file)), html);

  it('answers every unknown number alike, and keeps verdicts out of search engines and cookies out of browsers', async () => {
    const bare = (text: string, number: string) => text.replaceAll(number, '');
    const [one, other] = [`${'0'.repeat(28)}`, `${'11'.padEnd(28, '0')}`];
    const read = async (number: string) => world.visitor().get(`/en/v/${number}`);
    const first = await read(one);
    const [, checked = ''] = /verdict=(\w+)/.exec(first.text) ?? [];
    expect(first.status).to.equal(404);
    expect(checked).to.equal('unknown_identifier');
    const second = await read(other);
    // The second may fail its check character: only what is well formed is compared.
    if (/a character of the number is wrong/i.test(second.page().text)) expect(second.status).to.equal(404);
    else expect(bare(second.text, other)).to.equal(bare(first.text, one));
    expect(first.text).to.include('content="noindex"');
    expect(first.headers.getSetCookie()).to.deep.equal([]);
  });

  it('shows a withdrawal with its date and reason, and nothing of a record that does not hold', async () => {
    const [number = ''] = world.numbers;
    await world.modules.issuer.revoke({
      identifier: number,
      by: 'staff',
      reason: 'fraud',
      note: 'secret note',
    });
    await world.settle();
    const { text } = await world.visitor().get(`/en/v/${number}`);
    expect(text)
      .to.include('This certificate has been withdrawn')
      .and.to.include('Withdrawn on 23 November 2026');
    expect(text).to.include('The rules of the test were broken.').and.not.to.include('secret note');
    const record = Buffer.from(await world.modules.issuer.credentialFile(number)).toString('utf8');
    const changed = await page(strToU8(record.replace('Amélie', 'Emilie')));
    expect(changed.text).to.include('This is not a genuine certificate');
    expect(changed.text).not.to.include('Durand');
  });

  it('calls a stranger’s certificate authentic but not ours, never green, and says when one is over or out of reach', async () => {
    const { credentialStatus: _status, ...lasting } = badge();
    const authentic = await page(await sign(lasting));
    expect(authentic.text)
      .to.include('Authentic, but not issued by us')
      .and.not.to.include('class="verdict verified"');
    const over = await page(await sign({ ...lasting, validUntil: '2026-06-01T10:00:00Z' }));
    expect(over.text).to.include('It was valid until 1 June 2026');
    const unreachable = await page(await sign());
    expect(unreachable.text)
      .to.include('This could not be checked')
      .and.to.include('class="verdict could-not-check"');
  });

  it('refuses broken, locked and foreign files with the reason', async () => {
    const document = await PDFDocument.create();
    document.addPage();
    const blank = Buffer.from(await document.save());
    const locked = Buffer.from(
      blank.toString('latin1').replace('/Root', '/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 >> /Root'),
      'latin1',
    );
    const cases: [Uint8Array, string][] = [
      [new Uint8Array(), 'verify-empty'],
      [strToU8('%PDF-1.7 and no more'), 'verify-pdf-without-credential'],
      [new Uint8Array(locked), 'verify-pdf-unreadable'],
      [zipSync({ 'a.pdf': new Uint8Array(blank) }), 'verify-unknown-type'],
      [strToU8('MZ program'), 'verify-unknown-type'],
      [strToU8('{"half": '), 'verify-not-json'],
      [new Uint8Array(6 * 1024 * 1024).fill(32), 'verify-too-large'],
    ];
    for (const [file, code] of cases) {
      const { status, body } = await upload(world, '/en/verify', file);
      expect([status, body.errors?.[0]?.code], code).to.deep.equal([422, code]);
    }
    const wrong = await world
      .agent()
      .post('/en/verify')
      .set('Accept', 'application/json')
      .type('text/csv')
      .send('a,b');
    expect(wrong.status).to.equal(415);
  });

  it('slows down whoever tries numbers, files or lists one after the other, and says how long', async () => {
    const until429 = async (
      most: number,
      ask: () => Promise<{ status: number; headers: object; text: string }>,
    ) => {
      for (let i = 0; i < most; i += 1) {
        const answer = await ask();
        if (answer.status === 429) return answer;
      }
      throw new Error(`never refused in ${most}`);
    };
    const agent = world.agent();
    const answers = [
      await until429(130, () => agent.get(`/en/v/${'0'.repeat(28)}/embed`).set('Accept', 'text/html')),
      await until429(40, () => upload(world, '/en/verify', new Uint8Array(), html)),
      await until429(15, () => upload(world, '/en/verify/bulk', new Uint8Array(), html)),
    ];
    for (const { text, headers } of answers) {
      expect(Number((headers as Record<string, string>)['retry-after'])).to.be.greaterThan(0);
      expect(text)
        .to.include('Too many tries for now')
        .and.to.match(/again in \d+ seconds/);
    }
    expect((await agent.get('/en/verify')).status).to.equal(429);
  });
});
