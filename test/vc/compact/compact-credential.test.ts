import { expect } from 'chai';
import { deflateSync } from 'fflate';
import qrcode from 'qrcode';
import { fromBase45, toBase45 } from '../../../src/vc/compact/base45.ts';
import {
  type CompactTable,
  createCompactTable,
  decodeCompact,
  encodeCompact,
  type JsonObject,
  maxCompactLength,
  readCompactTable,
  verifyProofs,
} from '../../../src/vc/index.ts';
import { documentLoader, issuer, seeded, sign, verificationMethod, verifyOptions } from '../sample.ts';

const baseUrl = 'https://certification.jinfo.example';
const entry = (purpose: string): JsonObject => ({
  type: 'BitstringStatusListEntry',
  statusPurpose: purpose,
  statusListIndex: '123456',
  statusListCredential: `${baseUrl}/status/${purpose}-12`,
});

/** As long as dates, address and status can be. */
const compact = (holderName: string, title: string): JsonObject => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  id: `${baseUrl}/v/Q7M24XKP9D3TVBN8H5RC1WZF6GJA`,
  type: ['VerifiableCredential'],
  issuer,
  validFrom: '2026-11-25T10:00:00Z',
  validUntil: '2029-11-25T10:00:00Z',
  name: title,
  credentialSubject: { name: holderName },
  credentialStatus: [entry('revocation'), entry('suspension')],
});

/** 40 characters, or as near as a name of that script comes. */
const names = {
  English: 'Maximiliana Featherstonhaugh-Cholmondele',
  French: 'Anne-Françoise Bérénice Lefèvre-Dépréaux',
  Polish: 'Świętosława Żółkiewska-Łącka Wyrzykowska',
  Greek: 'Χρυσούλα-Ευαγγελία Παπαδημητρακοπούλου-Ζ',
  Cyrillic: 'Святослав-Володимир Вишнивецький-Їжакеви',
  Vietnamese: 'Nguyễn Thị Phương Thảo Trần Đặng Quỳnh H',
};
/** 60 characters. */
const titles = [
  'Cybersecurity governance and incident response for hospitals',
  'Piloter l’amélioration continue et l’éthique des systèmes IA',
];

const versionOf = (text: string): number =>
  qrcode.create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' }).version;

describe('a compact credential', () => {
  let table: CompactTable;
  let signed: JsonObject;
  let text: string;
  const tableOf = async (id: number) => (id === table.registryEntryId ? table : undefined);
  const decode = (code: string) => decodeCompact(code, { tableOf, documentLoader });
  const written = (holder: string, title: string) =>
    sign(compact(holder, title), ['eddsa-rdfc-2022']).then((credential) =>
      encodeCompact(credential, { table, documentLoader }),
    );
  const body = (code: string): Uint8Array => fromBase45(code.slice('JC1:'.length)) as Uint8Array;
  const packed = (bytes: Uint8Array): string =>
    `JC1:${toBase45(Buffer.concat([body(text).subarray(0, 4), deflateSync(bytes, { level: 9 })]))}`;

  before(async () => {
    table = await createCompactTable({ issuer, verificationMethod, baseUrl }, documentLoader);
    signed = await sign(compact('Zoé Šťastná', 'Protecting personal data at work'), ['eddsa-rdfc-2022']);
    text = (await encodeCompact(signed, { table, documentLoader })) ?? '';
  });

  it('reads back as the very credential that was signed, and verifies', async () => {
    const back = await decode(text);
    if (!back.ok) throw new Error(back.reason);
    expect(back.document).to.deep.equal(JSON.parse(JSON.stringify(signed)));
    expect((await verifyProofs(back.document, verifyOptions)).map(({ outcome }) => outcome)).to.deep.equal([
      'passed',
    ]);
  });

  for (const [script, name] of Object.entries(names)) {
    it(`fits QR version 13 at level M with a ${script} name of 40 characters and a title of 60`, async () => {
      expect([...name].length).to.equal(40);
      for (const title of titles) {
        expect([...title].length).to.equal(60);
        const code = await written(name, title);
        expect(code, title).to.be.a('string');
        expect(versionOf(String(code)), title).to.be.at.most(13);
      }
    });
  }

  it('is not written at all when it would not fit: nothing is shortened', async () => {
    expect(versionOf('A'.repeat(maxCompactLength))).to.equal(13);
    expect(versionOf('A'.repeat(maxCompactLength + 1))).to.equal(14);
    const letters = [...'αбçďéфğхìжķłмñőπřšțüвẁξýžабгдезийклнопрстуф'];
    const random = Array.from({ length: 4 }, (_, i) => [...seeded(`letters ${i}`).bytes(50)])
      .flat()
      .map((byte) => letters[byte % letters.length])
      .join('');
    expect(await written(random.slice(0, 100), random.slice(100))).to.equal(undefined);
  });

  it('never holds after a change of one character, wherever it is', async () => {
    let decoded = 0;
    for (let at = 'JC1:'.length; at < text.length; at += 7) {
      const other = text[at] === 'A' ? 'B' : 'A';
      const back = await decode(text.slice(0, at) + other + text.slice(at + 1));
      if (!back.ok) continue;
      decoded += 1;
      const checks = await verifyProofs(back.document, verifyOptions);
      expect(
        checks.every(({ outcome }) => outcome !== 'passed'),
        `character ${at}`,
      ).to.equal(true);
    }
    expect(decoded, 'some changes must reach the signature').to.be.greaterThan(2);
  });

  it('says what it does not know, and refuses what is no code', async () => {
    const foreign = `JC1:${toBase45(Buffer.concat([Buffer.from([0x80, 0, 0, 7]), body(text).subarray(4)]))}`;
    expect(await decode(foreign)).to.deep.include({ ok: false, reason: 'compact-table-unknown' });
    expect(await decode(text.replace('JC1:', 'JC2:'))).to.deep.include({ reason: 'compact-version-unknown' });
    const broken = [
      'JC1:',
      'JC1:A',
      `${text}A`,
      text.slice(0, -5),
      text.toLowerCase(),
      `JC1:${'0'.repeat(9999)}`,
    ];
    for (const code of broken) expect((await decode(code)).ok, code.slice(0, 20)).to.equal(false);
  });

  it('unpacks no bomb and no deep nest', async () => {
    expect(await decode(packed(new Uint8Array(100_000)))).to.deep.include({ reason: 'compact-damaged' });
    expect(await decode(packed(new Uint8Array(2000).fill(0x81)))).to.deep.include({
      reason: 'compact-damaged',
    });
    expect((await decode(packed(Buffer.from('a0', 'hex')))).ok).to.equal(true);
  });

  it('names a table after its content, so that no other table can take its place', () => {
    expect(readCompactTable(JSON.parse(JSON.stringify(table)))).to.deep.equal(table);
    const url = { ...table.typeTable.url, 'did:web:forger.example': 1 };
    expect(readCompactTable({ ...table, typeTable: { ...table.typeTable, url } })).to.equal(undefined);
    expect(readCompactTable({ ...table, dictionary: '' })).to.equal(undefined);
    expect(readCompactTable({ ...table, more: 1 })).to.equal(undefined);
  });
});

describe('base45', () => {
  it('writes the examples of RFC 9285, and reads only what bytes can be', () => {
    expect(toBase45(Buffer.from('AB'))).to.equal('BB8');
    expect(toBase45(Buffer.from('Hello!!'))).to.equal('%69 VD92EX0');
    expect(toBase45(Buffer.from('base-45'))).to.equal('UJCLQE7W581');
    expect(Buffer.from(fromBase45('QED8WEX0') ?? []).toString()).to.equal('ietf!');
    for (const bad of ['A', 'ABCD', 'GGW', '::', 'ab8', 'É00'])
      expect(fromBase45(bad), bad).to.equal(undefined);
  });
});
