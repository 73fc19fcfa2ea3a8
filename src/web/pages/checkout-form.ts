import { z } from 'zod';
import { type Billing, type Buyer, buyerFields, buyerFrom } from '../../billing/index.ts';
import { countryOptions } from '../../platform/countries.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { type Form, formOf } from '../form.ts';

type Method = Billing['paymentMethods'][number];

/** What the buyer typed, understood. */
export type PaymentChoice = { buyer: Buyer; method: Method };

type Read = { ok: true; value: PaymentChoice } | { ok: false; faults: readonly FieldFault[] };

/** The price is not in the form: whatever a page sends, the order's own is charged. */
export const readPaymentForm = (body: unknown, methods: readonly Method[]): Read => {
  const schema = z.strictObject({
    ...buyerFields,
    method: z.enum(['card', 'transfer']).refine((method) => methods.includes(method), 'not-an-option'),
    terms: z.literal('yes', 'must-accept'),
  });
  const checked = check(schema, body);
  if (!checked.ok) return checked;
  const { method, terms: _terms, ...buyer } = checked.value;
  return { ok: true, value: { method, buyer: buyerFrom(buyer) } };
};

export const paymentForm = (words: Words, values: unknown, faults: readonly FieldFault[] = []): Form =>
  formOf({
    words,
    values,
    faults,
    labels: {
      name: words('checkout:fields.name'),
      country: words('checkout:fields.country'),
      company: words('checkout:fields.company'),
      address: words('checkout:fields.address'),
      method: words('checkout:fields.method'),
      terms: words('checkout:fields.terms-short'),
    },
  });

export const paymentOptions = (words: Words, methods: readonly Method[]) => ({
  countries: countryOptions(words.language),
  methods: methods.map((value) => ({
    value,
    label: words(`checkout:methods.${value}`),
    hint: words(`checkout:methods.${value}-hint`),
  })),
  only: methods.length === 1 ? methods[0] : undefined,
});
