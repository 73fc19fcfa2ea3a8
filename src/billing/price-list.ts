import { z } from 'zod';
import { currencies } from './money.ts';

const localised = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) });

const product = z.strictObject({
  /** `course:<id>` opens the course of that id; `renewal:<id>` renews its certificate. */
  id: z.string().regex(/^(course|renewal):[a-z0-9]+(-[a-z0-9]+)*$/),
  title: localised,
  /** What the buyer pays, VAT included, in the smallest unit of the currency. */
  grossMinor: z.int().min(0).max(99_999_999),
  currency: z.enum(currencies as [string, ...string[]]),
  /** Percent, at most two decimals: the VAT inside `grossMinor` when the operator is liable for VAT. */
  vatRate: z.number().min(0).max(50).multipleOf(0.01),
});

/** The file `content/price-list.json`. A field that nobody knows is a fault, and so is a product named twice. */
export const priceList = z.strictObject({
  products: z
    .array(product)
    .refine(
      (products) => new Set(products.map(({ id }) => id)).size === products.length,
      'a product is listed twice',
    ),
});

export type Product = z.infer<typeof product>;
export type PriceList = z.infer<typeof priceList>;
