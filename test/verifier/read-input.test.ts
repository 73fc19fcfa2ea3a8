import { expect } from 'chai';
import { PDFDocument } from 'pdf-lib';
import { type Input, maxInputBytes, readInput } from '../../src/verifier/index.ts';

const file = (content: string | Uint8Array): Input => ({
  kind: 'file',
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
});
const text = (content: string): Input => ({ kind: 'text', text: content });

const pdfWith = async (attachments: Readonly<Record<string, string>>): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  for (const [name, content] of Object.entries(attachments)) {
    await pdf.attach(new TextEncoder().encode(content), name);
  }
  return pdf.save();
};

const reasonOf = async (input: Input): Promise<string> => {
  const read = await readInput(input);
  return read.ok ? 'ok' : read.reason;
};

describe('Reading what somebody brought', () => {
  it('tells the kind by the content, never by a name', async () => {
    expect(await readInput(text(' {"a":1} '))).to.deep.equal({ ok: true, document: { a: 1 }, from: 'json' });
    expect(await readInput(file('\uFEFF{"a":"%PDF-"}'))).to.deep.include({ from: 'json' });
    const pdf = await pdfWith({ 'credential.json': '{"a":1,"proof":{}}' });
    expect(await readInput(file(pdf))).to.deep.equal({
      ok: true,
      document: { a: 1, proof: {} },
      from: 'pdf',
    });
  });

  it('finds the signed record among other attachments', async () => {
    const pdf = await pdfWith({ 'a-data.json': '{"rows":[]}', 'notes.txt': 'x', 'z.jsonld': '{"proof":1}' });
    expect(await readInput(file(pdf))).to.deep.include({ document: { proof: 1 } });
  });

  it('takes a JWT as text or file, also broken into lines or quoted', async () => {
    const token = 'eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln';
    const broken = ` "${token.slice(0, 9)}\r\n  ${token.slice(9)}"\n`;
    for (const input of [text(token), text(broken), file(token), file(`\uFEFF${broken}`)])
      expect(await readInput(input)).to.deep.equal({ ok: true, document: token, from: 'jwt' });
    expect(await reasonOf(text(token.replaceAll('.', ' ')))).to.equal('not-json');
    const started = performance.now();
    expect(await reasonOf(text(`eyJ${' '.repeat(5_000_000)}x`))).to.equal('not-json');
    expect(performance.now() - started).to.be.below(2000);
  });

  it('takes the one credential out of a presentation, in any form', async () => {
    const contexts = { '@context': ['https://www.w3.org/ns/credentials/v2'] };
    const presentation = (...verifiableCredential: unknown[]) => ({
      ...contexts,
      type: ['VerifiablePresentation'],
      verifiableCredential,
    });
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = (value: unknown): string => `${part({ alg: 'EdDSA', typ: 'vp+jwt' })}.${part(value)}.c2ln`;
    const envelope = (value: unknown) => ({
      ...contexts,
      id: `data:application/vp+jwt,${token(value)}`,
      type: 'EnvelopedVerifiablePresentation',
    });
    const credential = { a: 1 };
    const one = presentation(credential);
    for (const input of [JSON.stringify(one), token(one), JSON.stringify(envelope(one))])
      expect(await readInput(text(input))).to.deep.include({ document: credential, presented: true });
    expect(await reasonOf(text(token(presentation(1, 2))))).to.equal('presentation-of-several');
    expect(await reasonOf(text(JSON.stringify(presentation())))).to.equal('presentation-empty');
  });

  it('says what is wrong with it', async () => {
    expect(await reasonOf(text('  '))).to.equal('empty');
    expect(await reasonOf(file(''))).to.equal('empty');
    expect(await reasonOf(text('not json'))).to.equal('not-json');
    expect(await reasonOf(file('{"half":'))).to.equal('not-json');
    expect(await reasonOf(text('x'.repeat(maxInputBytes + 1)))).to.equal('too-large');
    expect(await reasonOf(file(new Uint8Array(maxInputBytes + 1)))).to.equal('too-large');
    expect(await reasonOf(file(new Uint8Array([0x89, 0x50, 0x4e, 0x47])))).to.equal('unknown-type');
    expect(await reasonOf(file(await pdfWith({})))).to.equal('pdf-without-credential');
    expect(await reasonOf(file(await pdfWith({ 'notes.txt': '{}' })))).to.equal('pdf-without-credential');
    expect(await reasonOf(file(await pdfWith({ 'credential.json': '{"half":' })))).to.equal('not-json');
    const plain = Buffer.from(await (await PDFDocument.create()).save({ useObjectStreams: false }));
    const locked = plain.toString('latin1').replace('trailer\n<<', 'trailer\n<<\n/Encrypt 1 0 R');
    expect(await reasonOf(file(Buffer.from(locked, 'latin1')))).to.equal('pdf-unreadable');
  });
});
