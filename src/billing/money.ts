/**
 * Amounts are integers in the smallest unit of an ISO 4217 currency (`grossMinor` 4900 with EUR is 49.00). VAT rates are
 * percentages with at most two decimals.
 */
export type Money = { readonly amountMinor: number; readonly currency: string };

/** What one VAT rate contributes to a document. `netMinor + vatMinor` is `grossMinor`, always. */
export type VatGroup = {
  readonly rate: number;
  readonly netMinor: number;
  readonly vatMinor: number;
  readonly grossMinor: number;
};

const exponents: Readonly<Record<string, number>> = {
  EUR: 2,
  CHF: 2,
  GBP: 2,
  USD: 2,
  CAD: 2,
  XOF: 0,
  XAF: 0,
};

/** Currencies that prices may be set in: those whose smallest unit is the same for us, for banks and for Stripe. */
export const currencies: readonly string[] = Object.keys(exponents);

/** Decimals of the currency. @throws for a currency that prices are not set in */
const exponentOf = (currency: string): number => {
  const exponent = exponents[currency];
  if (exponent === undefined) throw new Error(`no prices are set in ${currency}`);
  return exponent;
};

/** The VAT inside a tax-inclusive price: gross × rate ÷ (100 + rate), halves rounded up. Exact, without fractions. */
export const vatIncluded = (grossMinor: number, rate: number): number => {
  const gross = BigInt(grossMinor);
  const hundredths = BigInt(Math.round(rate * 100));
  const divisor = 10_000n + hundredths;
  return Number((2n * gross * hundredths + divisor) / (2n * divisor));
};

/**
 * VAT per rate on the total of the document, not line by line: rounding each line would add up to another sum.
 * Highest rate first.
 */
export const vatGroups = (lines: readonly { grossMinor: number; vatRate: number }[]): VatGroup[] => {
  const gross = new Map<number, number>();
  for (const { grossMinor, vatRate } of lines) gross.set(vatRate, (gross.get(vatRate) ?? 0) + grossMinor);
  return [...gross]
    .sort(([a], [b]) => b - a)
    .map(([rate, grossMinor]) => {
      const vatMinor = vatIncluded(grossMinor, rate);
      return { rate, netMinor: grossMinor - vatMinor, vatMinor, grossMinor };
    });
};

export const sameMoney = (a: Money, b: Money): boolean =>
  a.amountMinor === b.amountMinor && a.currency === b.currency;

/** Reads an amount as people type it: `49`, `49.00`, `49,00`, `1 250,00`. Nothing when it is not one. */
export const readAmount = (typed: string, currency: string): number | undefined => {
  const exponent = exponentOf(currency);
  const plain = typed.replaceAll(/[\s\u00a0\u202f]/g, '').replace(',', '.');
  const parts = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain);
  if (!parts || (parts[2]?.length ?? 0) > exponent) return undefined;
  return Number(`${parts[1]}${(parts[2] ?? '').padEnd(exponent, '0')}`);
};
