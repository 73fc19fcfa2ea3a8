import { endOf } from '../day.ts';

/** Until when a certificate holds, and from when on it may be renewed. Neither, where it holds for good. */
export type Validity = { validUntil?: Date; renewableFrom?: Date };

type Lasting = { validity?: { months: number; windowDays: number } };

const day = 86_400_000;
const paris = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris', dateStyle: 'short' });

/** The same day of a later month, or its last day: 31 August and six months make 28 or 29 February. */
const addMonths = (date: Date, months: number): { year: number; month: number; day: number } => {
  const [year = 0, month = 1, ofMonth = 1] = paris.format(date).split('-').map(Number);
  const count = year * 12 + month - 1 + months;
  const target = { year: Math.floor(count / 12), month: (count % 12) + 1 };
  const lastDay = new Date(Date.UTC(target.year, target.month, 0)).getUTCDate();
  return { ...target, day: Math.min(ofMonth, lastDay) };
};

/**
 * The last second, in Paris, of the day so many months after the award. Who renews early loses nothing: then the months
 * count from the end of the certificate that is continued.
 */
export const validityOf = ({ validity }: Lasting, awardedAt: Date, previous: Validity = {}): Validity => {
  if (!validity) return {};
  const former = previous.validUntil;
  const from = former && former > awardedAt ? former : awardedAt;
  const validUntil = endOf(addMonths(from, validity.months));
  return { validUntil, renewableFrom: new Date(validUntil.getTime() - validity.windowDays * day) };
};

export const hasExpired = ({ validUntil }: Validity, now: Date): boolean =>
  validUntil !== undefined && validUntil < now;

/** How many days before the end of a certificate its holder is reminded. */
export const reminderDays = [90, 30, 7] as const;
