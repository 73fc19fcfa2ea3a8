import { z } from 'zod';
import { isCountry } from '../platform/countries.ts';

const plain = /^[^\p{Cc}<>]*$/u;

const line = (max: number) => z.string().trim().max(max).regex(plain, 'not-plain-text');

const optional = (field: z.ZodType<string>) =>
  field.transform((text) => (text === '' ? undefined : text)).optional();

/** An address is typed on several lines; it is kept with plain line ends. */
const lines = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .transform((text) => text.replaceAll(/\s*\r?\n\s*/g, '\n'))
    .refine((text) => plain.test(text.replaceAll('\n', ' ')), 'not-plain-text');

/** Who a receipt is made out to. `country` is ISO 3166-1 alpha-2. */
export type Buyer = { name: string; country: string; address?: string; company?: string };

/** The fields of the billing details, as a form sends them. */
export const buyerFields = {
  name: line(150).min(1),
  country: z.string().refine(isCountry, 'not-an-option'),
  address: optional(lines(300)),
  company: optional(line(150)),
};

const fields = z.strictObject(buyerFields);

/** The buyer, without the optional fields that were left empty. */
export const buyerFrom = ({ name, country, address, company }: z.infer<typeof fields>): Buyer => ({
  name,
  country,
  ...(address === undefined ? {} : { address }),
  ...(company === undefined ? {} : { company }),
});
