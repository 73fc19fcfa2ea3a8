import { readFileSync } from 'node:fs';
import type { FontFace, Fonts } from '../../platform/fonts/index.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { completePdf, type PdfPrinter } from '../../platform/pdf/index.ts';
import type { Templates } from '../../platform/templates.ts';
import type { JsonObject } from '../../vc/index.ts';
import type { ReceiptItem } from '../../verifier/index.ts';

type Deps = { printer: PdfPrinter; fonts: Fonts; templates: Templates };

export type DrawnReceipt = {
  receipt: JsonObject;
  items: readonly ReceiptItem[];
  issuer: { name: string; legalName: string };
  /** Where a receipt is verified. */
  verifyUrl: string;
  at: Date;
};

const sans: FontFace = { family: 'Source Sans 3', weight: 400, style: 'normal' };
const faces: readonly FontFace[] = [
  sans,
  { ...sans, weight: 600 },
  { family: 'Source Serif 4', weight: 400, style: 'normal' },
];

const wordOf = (verdict: string, words: Words): string => {
  const own = `verify:found.${verdict}`;
  return words(words.has(own) ? own : 'verify:found.other', { verdict });
};

/** Draws verification receipts: A4, tagged, with the signed record inside as `receipt.json`. */
export const createReceiptDrawing = ({ printer, fonts, templates }: Deps) => {
  const template = templates.load(new URL('receipt.hbs', import.meta.url));
  const styles = readFileSync(new URL('receipt.css', import.meta.url), 'utf8');
  const sheet = printer.sheet(`${fonts.css(faces)}\n${styles}`);

  return async (
    { receipt, items, issuer, verifyUrl, at }: DrawnReceipt,
    words: Words,
  ): Promise<Uint8Array> => {
    const { language } = words;
    const title = words('bulk:receipt.title');
    const rows = items.map(({ shown, verdict, digest }, index) => ({
      line: index + 1,
      shown: /^[0-9A-Z]{28}$/.test(shown) ? (shown.match(/.{1,4}/g) ?? []).join(' ') : shown,
      verdict: wordOf(verdict, words),
      digest,
    }));
    const body = template(words, {
      title,
      issuer,
      rows,
      verifyUrl,
      id: String(receipt.id).split('/').at(-1),
      when: formats(language).dateTime(at),
    });
    const drawn = await sheet.pdf(body, { title, language });
    return completePdf(drawn, { title, language, author: issuer.legalName, date: at }, [
      {
        name: 'receipt.json',
        mime: 'application/vc',
        bytes: new TextEncoder().encode(JSON.stringify(receipt, null, 2)),
        relationship: 'Source',
        description: words('bulk:receipt.attachment'),
        modified: at,
      },
    ]);
  };
};
