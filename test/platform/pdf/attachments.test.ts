import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { PDFArray, PDFDict, PDFDocument, type PDFObject, PDFString } from 'pdf-lib';
import {
  attach,
  completePdf,
  type PdfPrinter,
  readAttachments,
  UnreadablePdfError,
} from '../../../src/platform/pdf/index.ts';
import { inspect } from '../../support/drawing.ts';
import { holdPrinter } from '../../support/shared-printer.ts';

const date = new Date('2026-11-23T14:03:10Z');
const metadata = { title: 'Reçu nº 1', language: 'fr', author: 'Éditeur', date };
const attachment = {
  name: 'credential.json',
  mime: 'application/vc',
  bytes: Buffer.from('{"name":"Zoé"}'),
  relationship: 'Source' as const,
  description: 'The signed credential',
  modified: date,
};

const blank = async (): Promise<Uint8Array> => {
  const document = await PDFDocument.create();
  document.addPage();
  return document.save();
};
const refusal = async (pdf: Uint8Array): Promise<string> => {
  const failure = await readAttachments(pdf).catch((error) => error);
  expect(failure).to.be.instanceOf(UnreadablePdfError);
  return failure.reason;
};
/** A PDF made by hand: objects in order, then a trailer for the first one. */
const byHand = (...objects: (string | Buffer)[]): Buffer =>
  Buffer.concat([
    Buffer.from('%PDF-1.7\n'),
    ...objects.flatMap((object, i) => [
      Buffer.from(`${i + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from('\nendobj\n'),
    ]),
    Buffer.from('trailer\n<< /Root 1 0 R >>\n%%EOF\n'),
  ]);
const stream = (dict: string, bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`<< ${dict} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
const catalogue = '<< /Type /Catalog /Pages 2 0 R >>';
const pages = '<< /Type /Pages /Kids [] /Count 0 >>';

describe('completing a PDF', () => {
  let printer: PdfPrinter;
  before(() => {
    printer = holdPrinter();
  });
  after(() => printer.close());

  it('keeps the tags, shows the title, states language, author and date', async () => {
    const drawn = await printer.toPdf('<h1>Reçu</h1>', { title: 'x', language: 'en' });
    const found = await inspect(await completePdf(drawn, metadata, [attachment]));
    expect(found).to.include({
      title: 'Reçu nº 1',
      author: 'Éditeur',
      language: 'fr',
      tagged: true,
      showsTitle: true,
    });
    expect(found.created).to.deep.equal(date);
    expect(found.associated).to.deep.equal(['credential.json /Source']);
  });

  it('gives the same bytes when the browser has numbered the tags in another order', async () => {
    const drawn = await printer
      .sheet('')
      .pdf('<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2</table>', { title: 't', language: 'fr' });
    const other = await PDFDocument.load(drawn, { updateMetadata: false });
    const names: PDFString[] = [];
    const visit = (value: PDFObject | undefined): void => {
      if (value instanceof PDFDict) for (const [, part] of value.entries()) note(part, value);
      if (value instanceof PDFArray) for (const part of value.asArray()) note(part, value);
    };
    const note = (part: PDFObject, holder: PDFObject): void => {
      if (part instanceof PDFString && part.asString().startsWith('node')) names.push(part);
      else if (holder !== part) visit(part);
    };
    for (const [, object] of other.context.enumerateIndirectObjects()) visit(object);
    const known = [...new Set(names.map((name) => name.asString()))].sort();
    expect(known.length).to.be.greaterThan(1);
    const moved = new Map(known.map((name, i) => [name, known[(i + 1) % known.length] ?? name]));
    // pdf-lib keeps a string as it was read.
    for (const name of names) Object.assign(name, { value: moved.get(name.asString()) });
    const saved = await other.save();
    expect(Buffer.compare(await completePdf(drawn, metadata), await completePdf(saved, metadata))).to.equal(
      0,
    );
  });

  it('gives the same bytes for two drawings of one text, even in a page that has drawn others', async () => {
    const sheet = printer.sheet('p { color: red }');
    const table = '<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2</table>';
    const draw = async () =>
      completePdf(await sheet.pdf(table, { title: 't', language: 'fr' }), metadata, [attachment]);
    const first = await draw();
    await sheet.pdf('<p>another</p>', { title: 't', language: 'fr' });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(Buffer.compare(first, await draw())).to.equal(0);
  });
});

describe('reading what a PDF carries', () => {
  it('finds what was attached, byte for byte', async () => {
    const carried = await attach(await attach(await blank(), attachment), {
      ...attachment,
      name: 'second – é.txt',
    });
    const found = await readAttachments(carried);
    expect(found.map(({ name }) => name)).to.have.members(['credential.json', 'second – é.txt']);
    expect(found.map(({ bytes }) => Buffer.from(bytes).toString())).to.deep.equal([
      '{"name":"Zoé"}',
      '{"name":"Zoé"}',
    ]);
  });

  it('finds nothing in a PDF without attachments', async () => {
    expect(await readAttachments(await blank())).to.deep.equal([]);
  });

  it('refuses an encrypted PDF', async () => {
    const document = await PDFDocument.load(await attach(await blank(), attachment));
    document.context.trailerInfo.Encrypt = document.context.obj({ Filter: 'Standard', V: 1, R: 2, P: -4 });
    expect(await refusal(await document.save({ useObjectStreams: false }))).to.equal('encrypted');
  });

  it('refuses what is no PDF, or too large, without reading it', async () => {
    expect(await refusal(Buffer.from('<html>'))).to.equal('not-a-pdf');
    expect(await refusal(Buffer.concat([await blank(), Buffer.alloc(5 * 1024 * 1024)]))).to.equal(
      'too-large',
    );
  });

  it('refuses a PDF cut off before its end', async () => {
    const whole = await attach(await blank(), attachment);
    expect(await refusal(whole.subarray(0, 300))).to.equal('damaged');
  });

  const bomb = deflateSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 });

  it('refuses objects that unpack to hundreds of megabytes', async () => {
    const objects = stream('/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode', bomb);
    expect(await refusal(byHand(catalogue, pages, objects))).to.equal('unpacks-too-large');
  });

  it('refuses an attached file that does', async () => {
    const file = stream('/Type /EmbeddedFile /Filter /FlateDecode', bomb);
    const specification = '<< /Type /Filespec /UF (credential.json) /EF << /F 3 0 R >> >>';
    expect(await refusal(byHand(catalogue, pages, file, specification))).to.equal('unpacks-too-large');
  });

  it('refuses many streams that do so together', async () => {
    const small = deflateSync(Buffer.alloc(10 * 1024 * 1024), { level: 1 });
    const file = (n: number) => [
      stream('/Type /EmbeddedFile /Filter /FlateDecode', small),
      `<< /Type /Filespec /UF (${n}.json) /EF << /F ${n} 0 R >> >>`,
    ];
    expect(await refusal(byHand(catalogue, pages, ...file(3), ...file(5), ...file(7)))).to.equal(
      'unpacks-too-large',
    );
  });

  it('survives a cross-reference table that claims billions of entries', async () => {
    const table = '/Type /XRef /Size 4 /Index [0 4000000000] /W [0 0 0] /Root 1 0 R';
    const reason = await refusal(byHand(catalogue, pages, stream(table, Buffer.from('x'))));
    expect(reason).to.be.oneOf(['unpacks-too-large', 'too-slow']);
  });

  it('refuses filters piled upon each other, which could multiply past any limit', async () => {
    const twice = deflateSync(deflateSync(Buffer.alloc(100 * 1024 * 1024), { level: 1 }));
    const objects = stream('/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]', twice);
    expect(await refusal(byHand(catalogue, pages, objects))).to.equal('damaged');
  });

  it('ends within seconds on a PDF made to be slow, and goes on serving meanwhile', async () => {
    const slow = Buffer.concat([
      Buffer.from('%PDF-1.7\n'),
      ...Array.from({ length: 60_000 }, (_, i) => Buffer.from(`${i} 0 obj <</A [[[[[[[[(stream\n${i}\n`)),
      Buffer.from('1 0 obj << >>\nstream\n'.repeat(60_000)),
    ]);
    let beats = 0;
    const heart = setInterval(() => {
      beats += 1;
    }, 50);
    const started = Date.now();
    await refusal(slow);
    clearInterval(heart);
    expect(Date.now() - started).to.be.below(8_000);
    expect(beats).to.be.above((Date.now() - started) / 200);
  });

  it('refuses nesting that would exhaust the stack', async () => {
    expect(await refusal(byHand(catalogue, pages, '['.repeat(500_000)))).to.be.oneOf([
      'damaged',
      'unpacks-too-large',
      'too-slow',
    ]);
  });
});
