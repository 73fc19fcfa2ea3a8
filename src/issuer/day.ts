/** A day of the calendar, without time or zone. */
export type Day = { year: number; month: number; day: number };

/** `2026-11-23`, or `23/11/2026` as in French files; nothing for a day that does not exist. */
export const readDay = (text: string): Day | undefined => {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.slice(1);
  const parts = iso ?? /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text)?.slice(1).reverse();
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = year >= 1900 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? { year, month, day } : undefined;
};

const zone = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  hour: 'numeric',
  hourCycle: 'h23',
});

/** The first second of the day in universal time, which is that day in Paris too: no reader sees another date. */
export const startOf = ({ year, month, day }: Day): Date => new Date(Date.UTC(year, month - 1, day));

/** The last second of the day in Paris. */
export const endOf = ({ year, month, day }: Day): Date => {
  const noon = Date.UTC(year, month - 1, day, 12);
  const offset = Number(zone.format(noon)) - 12;
  return new Date(Date.UTC(year, month - 1, day, 23 - offset, 59, 59));
};
