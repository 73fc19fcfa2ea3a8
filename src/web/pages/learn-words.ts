import { formats, type Language, type Words } from '../../platform/i18n.ts';

/** A length of time as people say it: `45 minutes`, `2 h 30 min`, `3 days`. */
export const durationText = (words: Words, minutes: number): string => {
  if (minutes >= 2880 && minutes % 1440 === 0) return words('learn:duration.days', { count: minutes / 1440 });
  if (minutes < 60) return words('learn:duration.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return rest === 0
    ? words('learn:duration.hours', { count: hours })
    : words('learn:duration.hours-minutes', { hours, minutes: rest });
};

type Validity = { months: number; renewal: 'test' | 'course'; windowDays: number; payment?: 'free' | 'paid' };
type Amount = { grossMinor: number; currency: string };

const costText = (words: Words, { payment = 'free' }: Validity, price: Amount | undefined): string => {
  if (payment === 'free') return words('learn:validity.cost.free');
  if (!price) return words('learn:validity.cost.not-on-sale');
  const amount = formats(words.language).money(price.grossMinor, price.currency);
  return words('learn:validity.cost.paid', { price: amount });
};

/**
 * How long a certificate holds, how it is renewed and what that costs, in whole sentences; that it holds for good, where
 * nothing is said.
 */
export const validityText = (words: Words, validity: Validity | undefined, price?: Amount): string => {
  if (!validity) return words('learn:validity.for-good');
  const { months, renewal, windowDays } = validity;
  const term =
    months % 12 === 0
      ? words('learn:validity.years', { count: months / 12 })
      : words('learn:validity.months', { count: months });
  const lasts = words('learn:validity.lasts', { term });
  const renewing = words(`learn:validity.renewal.${renewal}`, { count: windowDays });
  return `${lasts} ${renewing} ${costText(words, validity, price)}`;
};

/** `a, b and c` */
export const listText = (language: Language, parts: readonly string[]): string =>
  new Intl.ListFormat(language === 'fr' ? 'fr-FR' : 'en-GB').format(parts);

/** How large a file is, as people say it: `12 kB`, `3.4 MB`. */
export const sizeText = (words: Words, bytes: number): string => {
  const [value, unit] =
    bytes < 1_000_000 ? ([bytes / 1000, 'kilobyte'] as const) : ([bytes / 1_000_000, 'megabyte'] as const);
  const digits = value < 10 ? 1 : 0;
  const format = new Intl.NumberFormat(words.language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'unit',
    unit,
    maximumFractionDigits: digits,
  });
  return format.format(value);
};
