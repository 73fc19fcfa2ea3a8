import { type Order, vatGroups } from '../../billing/index.ts';
import { formats, type Language, type Words } from '../../platform/i18n.ts';

/** `20 %`, `5,5 %`: a VAT rate as people write it. */
const rateText = (language: Language, rate: number): string =>
  new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'percent',
    maximumFractionDigits: 2,
  }).format(rate / 100);

/** An order as its pages show it: the sums, and the VAT in them when there is any. */
export const orderView = (order: Order, language: Language) => ({
  ...order,
  vat: vatGroups(order.lines)
    .filter(({ rate }) => rate > 0)
    .map((group) => ({ ...group, rateText: rateText(language, group.rate) })),
  price: formats(language).money(order.totalMinor, order.currency),
});

export const titlesOf = (order: Order, language: Language): string =>
  order.lines.map(({ title }) => title[language]).join(', ');

export const stateText = (words: Words, order: Order): string => words(`checkout:states.${order.state}`);
