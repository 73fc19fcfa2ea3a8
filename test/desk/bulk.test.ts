import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import { createVerify } from '../../src/verifier/portable.ts';
import { type DeskWorld, openDeskWorld, upload } from './desk-world.ts';

type Item = {
  row: number;
  shown: string;
  verdict?: string;
  number?: string;
  sameAs?: number;
};
type Check = { items: Item[]; progress: { done: number; total: number }; receipt?: Record<string, unknown> };

describe('Many certificates at the desk', function () {
  this.timeout(120_000);
  let world: DeskWorld;
  let numbers: readonly string[];
  before(async () => {
    world = await openDeskWorld(3);
    ({ numbers } = world);
  });
  after(() => world.close());

  const bring = async (file: Uint8Array | string, language = 'en') => {
    const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
    return upload(world, `/${language}/verify/bulk`, bytes, { name: 'list.csv' });
  };
  const begun = async (file: Uint8Array | string, language?: string): Promise<string> => {
    const answer = await bring(file, language);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(303);
    return String(answer.headers.location);
  };
  const checkAt = async (path: string): Promise<Check> =>
    (await world.visitor().get(path, { accept: 'application/json' })).json<Check>();
  const checked = async (file: Uint8Array | string): Promise<Check> => {
    const path = await begun(file);
    await world.settle();
    return checkAt(path);
  };
  const verdicts = ({ items }: Check) => items.map(({ verdict }) => verdict);
  const faultOf = async (file: Uint8Array | string) => (await bring(file)).body.errors?.[0]?.code;
  const mistyped = (number: string): string => `${number.slice(0, -1)}${number.at(-1) === 'A' ? 'B' : 'A'}`;

  it('reads lists as spreadsheets write them, and answers each row', async () => {
    const [one = '', two = '', three = ''] = numbers;
    await world.modules.issuer.revoke({ identifier: three, by: 'staff', reason: 'issued-in-error' });
    await world.settle();
    const rows = [
      'Nom;Numéro de certificat',
      `Durand;${(one.match(/.{1,4}/g) ?? []).join(' ').toLowerCase()}`,
      `"Šťastná";https://certificates.example/fr/v/${two}`,
      `Petit;${three}`,
      '',
      `Again;${one}`,
      `Typo;${mistyped(two)}`,
      'Nobody;hello',
      `Fresh;${'0'.repeat(28)}`,
    ].join('\r\n');
    const expected = [
      'verified',
      'verified',
      'not_valid',
      'verified',
      'mistyped',
      'not-a-number',
      'unknown_identifier',
    ];
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(rows, 'utf16le')]);
    for (const file of [
      rows,
      `\uFEFF${rows}`,
      new Uint8Array(utf16),
      new Uint8Array(Buffer.from(rows, 'latin1')),
    ]) {
      const check = await checked(file);
      expect(verdicts(check)).to.deep.equal(expected);
      expect(check.items.map(({ row }) => row)).to.deep.equal([2, 3, 4, 6, 7, 8, 9]);
      expect(check.items[3]).to.include({ sameAs: 2, number: one });
    }
    expect(verdicts(await checked(`${one}\n${two}\t\n`))).to.deep.equal(['verified', 'verified']);
  });

  it('survives a closed page, shows where it stands without a script, and ends with a receipt that verifies', async () => {
    const [one = '', two = ''] = numbers;
    const path = await begun(`number\n${one}\n=HYPERLINK("x")\n${two}\n`, 'fr');
    expect(path).to.match(/^\/fr\/verify\/bulk\/[\w-]{43}$/);
    const waiting = await world.visitor().get(path);
    expect(waiting.headers.get('refresh')).to.equal('2');
    expect(waiting.headers.getSetCookie()).to.deep.equal([]);
    expect(waiting.page().text).to.include('Vous pouvez fermer cette page');
    expect((await world.visitor().get(`${path}/receipt.json`)).status).to.equal(404);
    await world.settle();
    const done = await world.visitor().get(path);
    expect(done.headers.get('refresh')).to.equal(null);
    expect(done.text).to.include('noindex');
    const csv = (await world.visitor().get(`${path}/result.csv`)).text;
    expect(csv).to.include(`2,"${one}`.replace('"', '')).and.to.include(`"'=HYPERLINK(""x"")"`);

    const receipt = await world.visitor().get(`${path}/receipt.json`);
    expect(receipt.headers.get('content-disposition')).to.include('proces-verbal');
    const brought = await upload(world, '/en/verify', receipt.bytes);
    expect(brought.body).to.include({ verdict: 'receipt' });
    expect(brought.body.receipt.map(({ shown, verdict }: Item) => [shown, verdict])).to.deep.equal([
      [one, 'verified'],
      ['=HYPERLINK("x")', 'not-a-number'],
      [two, 'verified'],
    ]);
    const page = await upload(world, '/en/verify', receipt.bytes, { accept: 'text/html' });
    expect(page.text)
      .to.include('A verification receipt, not a certificate')
      .and.to.include('What was found then');
    const changed = Buffer.from(receipt.text.replace('"not-a-number"', '"verified"'));
    expect((await upload(world, '/en/verify', changed)).body).to.include({ verdict: 'not_authentic' });
    expect(JSON.stringify(receipt.json())).not.to.include('Durand');

    const pdf = await world.visitor().get(`${path}/receipt.pdf`);
    expect(pdf.bytes.subarray(0, 5).toString()).to.equal('%PDF-');
    expect((await world.visitor().get(`${path}/receipt.pdf`)).bytes.equals(pdf.bytes)).to.equal(true);
    const fromPdf = await upload(world, '/en/verify', pdf.bytes);
    expect(fromPdf.body).to.include({ verdict: 'receipt' });
  });

  it('is not taken for a receipt when somebody else signed it or a caller of the API named it so', async () => {
    const path = await begun(`${numbers[0]}\n`);
    await world.settle();
    const receipt = (await checkAt(path)).receipt ?? {};
    const stranger = createVerify({
      trustedIssuers: async () => [],
      fetchDocument: (url) => world.modules.issuer.publicDocument(url),
      clock: world.clock,
      isReceipt: () => true,
    });
    const report = await stranger.verify(receipt);
    expect(report.verdict).to.equal('verified_other_issuer');
    expect(report).not.to.have.property('receipt');
    const { proof: _proof, ...composed } = receipt;
    expect(() => world.modules.issuer.issuing.live.admit(composed)).to.throw();
  });

  it('gives a receipt of one certificate from its own page', async () => {
    const page = await world.visitor().get(`/en/v/${numbers[0]}`);
    expect(page.text).to.include(`/en/v/${numbers[0]}/receipt`);
    const posted = await world.agent().post(`/en/v/${numbers[0]}/receipt`).set('Accept', 'text/html');
    expect(posted.status).to.equal(303);
    await world.settle();
    const shown = await world.visitor().get(String(posted.headers.location));
    expect(shown.page().text).to.include('Verification receipt');
    expect((await world.agent().post('/en/v/hello/receipt')).status).to.equal(404);
  });

  it('examines an archive file by file, with what is wrong named by row', async () => {
    const [one = ''] = numbers;
    const record = Buffer.from(await world.modules.issuer.credentialFile(one));
    const empty = await PDFDocument.create();
    empty.addPage();
    const blank = new Uint8Array(await empty.save());
    const locked = Buffer.from(blank);
    const encrypted = Buffer.from(
      locked.toString('latin1').replace('/Root', '/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 >> /Root'),
      'latin1',
    );
    const zip = zipSync({
      '../../etc/durand.json': new Uint8Array(record),
      'copy.json': new Uint8Array(record),
      'changed.json': strToU8(record.toString('utf8').replace('Amélie', 'Emilie')),
      'C:\\temp\\blank.pdf': blank,
      'locked.pdf': new Uint8Array(encrypted),
      'inner.zip': zipSync({ 'a.pdf': blank }),
      'bomb.pdf': [new Uint8Array(4_000_000), { level: 9 }],
      'notes\u202etxt.exe': strToU8('hello'),
      'empty.pdf': new Uint8Array(),
    });
    const check = await checked(zip);
    expect(check.items.map(({ shown, verdict }) => [shown, verdict])).to.deep.equal([
      ['durand.json', 'verified'],
      ['copy.json', 'verified'],
      ['changed.json', 'not_authentic'],
      ['blank.pdf', 'pdf-without-credential'],
      ['locked.pdf', 'pdf-unreadable'],
      ['inner.zip', 'nested-archive'],
      ['bomb.pdf', 'unpacks-too-large'],
      ['notes txt.exe', 'unknown-type'],
      ['empty.pdf', 'empty'],
    ]);
    expect(check.items[1]).to.include({ sameAs: 1, number: one });
    const shown = JSON.stringify(check.receipt);
    expect(shown).to.include(one).and.to.include('sha256:').and.not.to.include('durand.json');
  });

  it('refuses politely what is no list and no archive', async () => {
    expect(await faultOf('')).to.equal('bulk-empty');
    expect(await faultOf('number\n\n \n')).to.equal('bulk-empty');
    expect(await faultOf(new Uint8Array([0, 1, 2, 3, 0, 0]))).to.equal('bulk-not-a-list');
    expect(await faultOf('a,"b\nc')).to.equal('bulk-list-broken');
    expect(await faultOf(`${numbers[0]}\n`.repeat(501))).to.equal('bulk-too-many');
    expect(await faultOf(zipSync({}))).to.equal('bulk-empty');
    expect(await faultOf(zipSync({ '[Content_Types].xml': strToU8('<x/>') }))).to.equal('bulk-spreadsheet');
    expect(await faultOf(Buffer.from('PK\x03\x04 and no more'))).to.equal('bulk-archive-unreadable');
    const page = await upload(world, '/fr/verify/bulk', new Uint8Array(), { accept: 'text/html' });
    expect(page.status).to.equal(422);
    expect(page.text).to.include('Il n’y a rien à vérifier');
  });

  it('is shown to nobody who guesses, and deleted after seven days', async () => {
    const path = await begun(`${numbers[0]}\n`);
    await world.settle();
    expect((await world.visitor().get(`${path.slice(0, -1)}x`)).status).to.equal(404);
    world.clock.advance({ days: 8 });
    expect((await world.visitor().get(path)).status).to.equal(404);
    await world.modules.desk.personalData.expire(world.clock.now());
    const again = await world.modules.desk.personalData.expire(world.clock.now());
    expect(again).to.deep.equal([{ category: 'bulk-checks', removed: 0 }]);
  });
});
