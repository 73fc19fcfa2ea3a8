import { deflateSync, inflateSync } from 'node:zlib';
import {
  AFRelationship,
  PDFDict,
  PDFDocument,
  PDFName,
  type PDFPage,
  PDFRawStream,
  type PDFRef,
  PDFString,
  rgb,
  StandardFonts,
} from 'pdf-lib';
import { PNG } from 'pngjs';
import qrcode from 'qrcode';

/** A genuine file, with the record that is attached to it. */
export type IssuedSheet = { pdf: Uint8Array; credential: Record<string, unknown> };

const white = rgb(1, 1, 1);
const a4 = { width: 841.89, height: 595.28 };

const saved = async (document: PDFDocument): Promise<Uint8Array> => new Uint8Array(await document.save());

/** Where the holder's name stands on the sheet, in points from the lower left corner. */
const nameBox = { x: 180, y: 322, width: 482, height: 56 };
const dateBox = { x: 320, y: 184, width: 202, height: 15 };
/** The code that leads to the verification page; the larger one beside it verifies without network. */
const linkCodeBox = { x: 596, y: 74, width: 62, height: 62 };

const cover = (page: PDFPage, box: typeof nameBox): void => page.drawRectangle({ ...box, color: white });

const write = async (document: PDFDocument, text: string, at: { x: number; y: number; size: number }) => {
  const font = await document.embedFont(StandardFonts.TimesRoman);
  document.getPage(0).drawText(text, { ...at, font });
};

/** A sheet printed to PDF: the page scaled and moved, nothing attached, no structure. */
export const reprint = async (pdf: Uint8Array, scale = 0.94): Promise<PDFDocument> => {
  const document = await PDFDocument.create();
  const [embedded] = await document.embedPdf(pdf, [0]);
  if (!embedded) throw new Error('no page');
  const page = document.addPage([a4.width, a4.height]);
  page.drawPage(embedded, { x: 21, y: 16, xScale: scale, yScale: scale });
  return document;
};

/** A page pulled out of shape, on other paper: its words are there, and its picture cannot be laid over the original. */
export const stretched = async (pdf: Uint8Array): Promise<Uint8Array> => {
  const document = await PDFDocument.create();
  const [embedded] = await document.embedPdf(pdf, [0]);
  if (!embedded) throw new Error('no page');
  const page = document.addPage([792, 612]);
  page.drawPage(embedded, { x: 20, y: 100, xScale: 0.85, yScale: 0.6 });
  return saved(document);
};

const removeAttachments = (document: PDFDocument): void => {
  document.catalog.delete(PDFName.of('Names'));
  document.catalog.delete(PDFName.of('AF'));
  for (const [reference, object] of document.context.enumerateIndirectObjects()) {
    const isFile = object instanceof PDFDict && object.has(PDFName.of('EF'));
    const isEmbedded =
      object instanceof PDFRawStream && object.dict.get(PDFName.of('Type')) === PDFName.of('EmbeddedFile');
    if (isFile || isEmbedded) document.context.delete(reference);
  }
};

const withAttachment = async (pdf: Uint8Array, credential: unknown): Promise<PDFDocument> => {
  const document = await PDFDocument.load(pdf);
  removeAttachments(document);
  await document.attach(new TextEncoder().encode(JSON.stringify(credential)), 'credential.json', {
    mimeType: 'application/vc',
    afRelationship: AFRelationship.Source,
  });
  return document;
};

/** What an editor of PDFs does to a word: other letters of the same embedded font, in the text as in the picture. */
const swapLetters = async (pdf: Uint8Array): Promise<Uint8Array> => {
  const document = await PDFDocument.load(pdf);
  const contents = document.getPage(0).node.Contents();
  if (!(contents instanceof PDFRawStream)) throw new Error('another kind of page');
  const drawn = inflateSync(contents.contents).toString('latin1');
  const blocks = [...drawn.matchAll(/\/F\d+ (\d+(?:\.\d+)?) Tf[\s\S]*?ET/g)];
  const name = blocks.sort((one, other) => Number(other[1]) - Number(one[1]))[0]?.[0] ?? '';
  const [first, second] = [...new Set([...name.matchAll(/<[0-9A-F]{4}> Tj/g)].map(([show]) => show))];
  if (!first || !second) throw new Error('a name of one letter');
  const swapped = name.replace(first, '\0').replace(second, first).replace('\0', second);
  const bytes = deflateSync(Buffer.from(drawn.replace(name, swapped), 'latin1'));
  const dict = contents.dict.clone();
  dict.set(PDFName.of('Length'), document.context.obj(bytes.length));
  const reference = document.getPage(0).node.get(PDFName.of('Contents')) as PDFRef;
  document.context.assign(reference, PDFRawStream.of(dict, new Uint8Array(bytes)));
  return saved(document);
};

/** A picture without any text behind it: dark strokes, as a scanned name would be. */
const strokes = (): Uint8Array => {
  const png = new PNG({ width: 300, height: 40 });
  for (let i = 0; i < png.width * png.height; i += 1) {
    const dark = Math.floor((i % png.width) / 7) % 3 === 0;
    png.data.set(dark ? [20, 25, 40, 255] : [255, 255, 255, 255], i * 4);
  }
  return new Uint8Array(PNG.sync.write(png));
};

type Alteration = (sheet: IssuedSheet, other: IssuedSheet, turn: number) => Promise<Uint8Array>;

const names = ['Mallory Jones', 'Jean Dupont', 'Ivan Petrov', 'A. Nobody', 'Eve Adams'];

/** Ten ways to forge a sheet around a genuine record, each as somebody with a PDF editor would do it. */
export const alterations: Readonly<Record<string, Alteration>> = {
  'letters replaced in the text': ({ pdf }) => swapLetters(pdf),
  'another name written over the name': async ({ pdf }, _other, turn) => {
    const document = await PDFDocument.load(pdf);
    cover(document.getPage(0), nameBox);
    await write(document, names[turn % names.length] ?? '', { x: 300, y: 341, size: 40 });
    return saved(document);
  },
  'a picture laid over the name': async ({ pdf }) => {
    const document = await PDFDocument.load(pdf);
    cover(document.getPage(0), nameBox);
    const picture = await document.embedPng(strokes());
    document.getPage(0).drawImage(picture, { ...nameBox, x: 260, width: 320, height: 40 });
    return saved(document);
  },
  'another date written over the date': async ({ pdf }, _other, turn) => {
    const document = await PDFDocument.load(pdf);
    cover(document.getPage(0), dateBox);
    await write(document, `Awarded on ${turn + 1} May 2019`, { x: 350, y: 188, size: 12.5 });
    return saved(document);
  },
  'a distinction added': async ({ pdf }, _other, turn) => {
    const document = await PDFDocument.load(pdf);
    await write(document, `with distinction, ${90 + turn} %`, { x: 370, y: 150, size: 12 });
    return saved(document);
  },
  'the page of another certificate': async (sheet, other) =>
    saved(await withAttachment(other.pdf, sheet.credential)),
  'the record of another certificate': async (sheet, other) =>
    saved(await withAttachment(sheet.pdf, other.credential)),
  'the attached record edited': async ({ pdf, credential }, _other, turn) => {
    const edited = structuredClone(credential) as { credentialSubject: { name?: string } };
    edited.credentialSubject.name = names[turn % names.length] ?? '';
    return saved(await withAttachment(pdf, edited));
  },
  'the code replaced': async ({ pdf }, _other, turn) => {
    const document = await PDFDocument.load(pdf);
    const png = await qrcode.toBuffer(`https://certificates-check.example/v/${turn}`, {
      margin: 0,
      width: 300,
    });
    const page = document.getPage(0);
    cover(page, { ...linkCodeBox, x: linkCodeBox.x - 4, y: linkCodeBox.y - 4, width: 70, height: 70 });
    page.drawImage(await document.embedPng(png), linkCodeBox);
    return saved(document);
  },
  'printed to PDF with another name': async ({ pdf }, _other, turn) => {
    const document = await reprint(pdf);
    cover(document.getPage(0), { x: 200, y: 320, width: 440, height: 52 });
    await write(document, names[turn % names.length] ?? '', { x: 300, y: 338, size: 38 });
    return saved(document);
  },
  'a note stuck over the assessment': async ({ pdf }, _other, turn) => {
    const document = await PDFDocument.load(pdf);
    const { context } = document;
    const appearance = context.register(
      context.stream(`1 1 1 rg 0 0 280 16 re f 0 0 0 rg BT /F 11 Tf 20 4 Td (Grade A, rank ${turn}) Tj ET`, {
        Type: 'XObject',
        Subtype: 'Form',
        BBox: [0, 0, 280, 16],
        Resources: { Font: { F: { Type: 'Font', Subtype: 'Type1', BaseFont: 'Helvetica' } } },
      }),
    );
    const note = context.obj({
      Type: 'Annot',
      Subtype: 'Stamp',
      Rect: [285, 166, 565, 182],
      F: 4,
      AP: { N: appearance },
    });
    note.set(PDFName.of('Contents'), PDFString.of('Grade A'));
    document.getPage(0).node.addAnnot(context.register(note));
    return saved(document);
  },
  'a page added': async ({ pdf }) => {
    const document = await PDFDocument.load(pdf);
    document.addPage([a4.width, a4.height]);
    return saved(document);
  },
};

/** What honest people and their programs do to a file: nothing of it may raise an alarm. */
export const honestCopies: Readonly<Record<string, (pdf: Uint8Array, turn: number) => Promise<Uint8Array>>> =
  {
    'as it was issued': async (pdf) => pdf,
    'saved anew': async (pdf) => saved(await PDFDocument.load(pdf)),
    'renamed inside': async (pdf) => {
      const document = await PDFDocument.load(pdf);
      document.setTitle('scan-2026');
      document.setProducer('another program');
      return saved(document);
    },
    'printed to PDF': async (pdf, turn) => saved(await reprint(pdf, 0.97 - turn * 0.02)),
    'printed to PDF on another paper': async (pdf, turn) => {
      const document = await PDFDocument.create();
      const [embedded] = await document.embedPdf(pdf, [0]);
      if (!embedded) throw new Error('no page');
      document.addPage([792, 612]).drawPage(embedded, { x: 15 + turn, y: 40, xScale: 0.9, yScale: 0.9 });
      return saved(document);
    },
  };
