import type { FieldFault } from '../platform/errors.ts';
import { isObject, type JsonObject } from './types.ts';

export type Faults = readonly FieldFault[];
/** What a value at a place must be. */
export type Rule = (value: unknown, pointer: string) => Faults;

export const none: Faults = [];
export const fault = (pointer: string, code: string): Faults => [{ pointer, code }];

/**
 * URLs that every parser takes, since nothing in them needs to be understood: web addresses with a host of plain words and a
 * port of four digits at most, and the schemes that may be followed by anything but slashes. Nearly all are of this kind.
 */
const ordinaryUrl =
  /^(?:https?:\/\/[a-z]+(?:\.[a-z]+)*(?::[1-9]\d{0,3})?(?:[/?#][!-~]*)?|(?:did|urn):[a-z][!-~]*)$/;

export const isUrl = (value: unknown): value is string =>
  typeof value === 'string' && (ordinaryUrl.test(value) || (!/\s/.test(value) && URL.canParse(value)));

const dateTimeStamp =
  /^-?(?:[1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

/** In the Gregorian calendar, carried back beyond its beginning and the year 0 (ISO 8601). */
const daysIn = (month: number, year: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
};

/** XML Schema 1.1 dateTimeStamp: a dateTime of a day that exists, with a time zone. */
export const isDateTimeStamp = (value: unknown): value is string => {
  const parts = typeof value === 'string' ? dateTimeStamp.exec(value) : null;
  if (!parts) return false;
  const [text, month, day] = parts;
  return Number(day) <= daysIn(Number(month), Number.parseInt(text, 10));
};

export const required =
  (rule: Rule): Rule =>
  (value, pointer) =>
    value === undefined ? fault(pointer, 'missing') : rule(value, pointer);

export const optional =
  (rule: Rule): Rule =>
  (value, pointer) =>
    value === undefined ? none : rule(value, pointer);

/** One value or a list of them. */
export const each =
  (rule: Rule): Rule =>
  (value, pointer) =>
    Array.isArray(value) ? itemsOf(value, rule, pointer) : rule(value, pointer);

export const notEmpty =
  (rule: Rule): Rule =>
  (value, pointer) =>
    Array.isArray(value) && value.length === 0 ? fault(pointer, 'empty') : rule(value, pointer);

export const url: Rule = (value, pointer) => (isUrl(value) ? none : fault(pointer, 'not-a-url'));

export const dateTime: Rule = (value, pointer) =>
  isDateTimeStamp(value) ? none : fault(pointer, 'not-a-date-time');

export const text: Rule = (value, pointer) =>
  typeof value === 'string' && value !== '' ? none : fault(pointer, 'not-text');

/** An object whose members follow their rules; members without a rule are free. */
export const object =
  (members: Readonly<Record<string, Rule>>): Rule =>
  (value, pointer) => {
    if (!isObject(value)) return fault(pointer, 'not-an-object');
    if (Object.keys(value).length === 0) return fault(pointer, 'empty');
    return membersOf(value, members, pointer);
  };

export const membersOf = (
  value: JsonObject,
  members: Readonly<Record<string, Rule>>,
  pointer: string,
): Faults => {
  const faults: FieldFault[] = [];
  for (const name in members) addBelow(faults, pointer, name, (members[name] as Rule)(value[name], ''));
  return faults;
};

/** Pointers are written once something is wrong: every credential that is signed comes by here. */
const addBelow = (faults: FieldFault[], pointer: string, step: string | number, found: Faults): void => {
  for (const one of found) faults.push({ ...one, pointer: `${pointer}/${step}${one.pointer}` });
};

const itemsOf = (items: readonly unknown[], rule: Rule, pointer: string): Faults => {
  const faults: FieldFault[] = [];
  for (let i = 0; i < items.length; i += 1) addBelow(faults, pointer, i, rule(items[i], ''));
  return faults;
};

const languageMembers = ['@value', '@language', '@direction'];

/** A string, or language objects of a string, a language and at most a direction (VC Data Model 2.0, 11.1). */
export const languageValue: Rule = each((value, pointer) => {
  if (typeof value === 'string') return none;
  const valid =
    isObject(value) &&
    typeof value['@value'] === 'string' &&
    Object.entries(value).every(([name, item]) => languageMembers.includes(name) && typeof item === 'string');
  return valid ? none : fault(pointer, 'not-language-text');
});
