import { createHash } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json.ts';
import type { Config } from '../../platform/config.ts';
import type { Language, Localised } from '../../platform/i18n.ts';
import type { Buyer } from '../buyer.ts';
import { type VatGroup, vatGroups, vatIncluded } from '../money.ts';
import type { PaymentMethod, SettledOrder } from '../order.ts';

export const receiptKinds = ['receipt', 'credit-note'] as const;
export type ReceiptKind = (typeof receiptKinds)[number];

/** Who sells, as it was when the document was issued. The address has one part a line. */
export type Seller = {
  name: string;
  legalName: string;
  address: string;
  country: string;
  email: string;
  siren?: string;
  vatId?: string;
};

export type ReceiptLine = {
  title: Localised;
  quantity: 1;
  netMinor: number;
  vatRate: number;
  grossMinor: number;
};

/**
 * A numbered document, frozen: it is never changed, a credit note corrects it (C. com. L441-9; CGI ann. II art. 242
 * nonies A). Amounts of a credit note are positive too; its kind says that they are given back.
 */
export type Receipt = {
  /** `R-2026-000001`, credit notes `A-2026-000001`: the series and the number in it, without gaps. */
  number: string;
  kind: ReceiptKind;
  series: string;
  seq: number;
  orderId: string;
  language: Language;
  issuedAt: Date;
  /** When the price was paid; for a credit note, when it was given back. */
  settledAt: Date;
  method: PaymentMethod;
  seller: Seller;
  buyer: Buyer;
  lines: readonly ReceiptLine[];
  currency: string;
  vat: readonly VatGroup[];
  totals: { netMinor: number; vatMinor: number; grossMinor: number };
  /** What the law wants said beside the figures. */
  mentions: readonly Localised[];
  /** The document that a credit note corrects. */
  corrects?: { number: string; issuedAt: Date };
  prevHash: string;
  /** SHA-256 over the canonical JSON of everything above: the documents of a series form a chain. */
  hash: string;
};

/** The place of a document in its series. */
export type ReceiptPlace = Pick<Receipt, 'series' | 'seq' | 'issuedAt' | 'prevHash'>;

export const genesisHash = '0'.repeat(64);

const letters: Record<ReceiptKind, string> = { receipt: 'R', 'credit-note': 'A' };
const parisYear = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Paris', year: 'numeric' });

/** One series per kind and calendar year of the operator: `R-2026`. */
export const seriesOf = (kind: ReceiptKind, at: Date): string => `${letters[kind]}-${parisYear.format(at)}`;

const numberOf = ({ series, seq }: ReceiptPlace): string => `${series}-${String(seq).padStart(6, '0')}`;

export const hashOf = ({ hash: _hash, ...content }: Receipt): string =>
  createHash('sha256').update(canonicalJson(content)).digest('hex');

const franchise: Localised = {
  fr: 'TVA non applicable, art. 293 B du CGI',
  en: 'VAT not applicable, article 293 B of the French tax code (TVA non applicable, art. 293 B du CGI)',
};

export const sellerOf = (operator: Config['operator']): Seller => {
  const { name, legalName, country, email, siren, vatId } = operator;
  return {
    name,
    legalName,
    address: operator.address.split(/\s*,\s*/).join('\n'),
    country,
    email,
    ...(siren ? { siren } : {}),
    ...(vatId ? { vatId } : {}),
  };
};

type Source = { order: SettledOrder; buyer: Buyer; seller: Seller };

const figuresOf = (order: SettledOrder) => {
  const vat = vatGroups(order.lines);
  const sum = (part: (group: VatGroup) => number): number =>
    vat.reduce((total, group) => total + part(group), 0);
  return {
    lines: order.lines.map(({ title, grossMinor, vatRate }) => ({
      title,
      quantity: 1 as const,
      netMinor: grossMinor - vatIncluded(grossMinor, vatRate),
      vatRate,
      grossMinor,
    })),
    currency: order.currency,
    vat,
    totals: {
      netMinor: sum(({ netMinor }) => netMinor),
      vatMinor: sum(({ vatMinor }) => vatMinor),
      grossMinor: sum(({ grossMinor }) => grossMinor),
    },
  };
};

const sealed = (content: Omit<Receipt, 'hash'>): Receipt => {
  const receipt = { ...content, hash: '' };
  return { ...receipt, hash: hashOf(receipt) };
};

/** The receipt of a paid order at its place in the series. */
export const composeReceipt = ({ order, buyer, seller }: Source, place: ReceiptPlace): Receipt =>
  sealed({
    ...place,
    number: numberOf(place),
    kind: 'receipt',
    orderId: order.id,
    language: order.language,
    settledAt: order.paid.at,
    method: order.paid.method,
    seller,
    buyer,
    ...figuresOf(order),
    mentions: seller.vatId === undefined ? [franchise] : [],
  });

/** The credit note that gives the whole receipt back, with the receipt's own parties and figures. */
export const composeCreditNote = (receipt: Receipt, settledAt: Date, place: ReceiptPlace): Receipt => {
  const { hash: _hash, number, issuedAt, ...same } = receipt;
  return sealed({
    ...same,
    ...place,
    number: numberOf(place),
    kind: 'credit-note',
    settledAt,
    corrects: { number, issuedAt },
  });
};
