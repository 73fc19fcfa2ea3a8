import { formats, type Words } from '../../platform/i18n.ts';

export const ageOf = (seconds: number, words: Words): string => {
  if (seconds < 120) return words('verify:age.now');
  if (seconds < 7200) return words('verify:age.minutes', { count: Math.round(seconds / 60) });
  if (seconds < 172_800) return words('verify:age.hours', { count: Math.round(seconds / 3600) });
  return words('verify:age.days', { count: Math.round(seconds / 86_400) });
};

const readable = (value: unknown, format: (date: Date) => string): string => {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? String(value) : format(date);
};

export const dateText = (value: unknown, { language }: Words): string =>
  readable(value, formats(language).date);
export const dateTimeText = (value: unknown, { language }: Words): string =>
  readable(value, formats(language).dateTime);
