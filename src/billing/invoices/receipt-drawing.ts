import { readFileSync } from 'node:fs';
import type { FontFace, Fonts } from '../../platform/fonts/index.ts';
import { formats, type Language, type Words } from '../../platform/i18n.ts';
import { completePdf, type PdfPrinter } from '../../platform/pdf/index.ts';
import type { Templates } from '../../platform/templates.ts';
import type { Receipt } from './receipt.ts';

type Deps = {
  printer: PdfPrinter;
  fonts: Fonts;
  templates: Templates;
  words: (language: Language) => Words;
};

/** What is drawn of a receipt; its place in the hash chain is not. */
export type PrintedReceipt = Omit<Receipt, 'series' | 'seq' | 'prevHash' | 'hash'>;

const sans: FontFace = { family: 'Source Sans 3', weight: 400, style: 'normal' };
const faces: readonly FontFace[] = [
  sans,
  { ...sans, weight: 600 },
  { family: 'Source Serif 4', weight: 400, style: 'normal' },
];

/**
 * Draws receipts and credit notes in their own language: A4, tagged, the figures exactly those of the document. The same
 * receipt gives the same bytes as long as the browser and the fonts are the same.
 */
export const createReceiptDrawing = ({ printer, fonts, templates, words }: Deps) => {
  const template = templates.load(new URL('receipt.hbs', import.meta.url));
  const styles = readFileSync(new URL('receipt.css', import.meta.url), 'utf8');
  const sheet = printer.sheet(`${fonts.css(faces)}\n${styles}`);

  return async (receipt: PrintedReceipt): Promise<Uint8Array> => {
    const { language, kind, number, seller, issuedAt } = receipt;
    const own = words(language);
    const title = own(`receipt:document-title.${kind}`, { number });
    const drawn = await sheet.pdf(template(own, layoutOf(receipt)), { title, language });
    return completePdf(drawn, { title, language, author: seller.legalName, date: issuedAt });
  };
};

/** What the template shows beside the receipt itself: addresses in lines, rates and dates as text. */
const layoutOf = (receipt: PrintedReceipt) => {
  const { language, lines, vat, seller, buyer, corrects, settledAt } = receipt;
  const { date } = formats(language);
  const rateText = rates(language);
  return {
    ...receipt,
    lines: lines.map((line) => ({ ...line, rate: rateText(line.vatRate) })),
    vat: vat.map((group) => ({ ...group, rateText: rateText(group.rate) })),
    seller: { ...seller, addressLines: seller.address.split('\n') },
    buyer: { ...buyer, addressLines: buyer.address?.split('\n') ?? [] },
    settledDate: date(settledAt),
    correctsDate: corrects && date(corrects.issuedAt),
  };
};

/** Rates are percentages with up to two decimals: `20 %`, `5,5 %`. */
const rates = (language: Language): ((rate: number) => string) => {
  const format = new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'percent',
    maximumFractionDigits: 2,
  });
  return (rate) => format.format(rate / 100);
};
