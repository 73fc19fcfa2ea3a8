import { readFileSync } from 'node:fs';
import type { FieldFault } from '../platform/errors.ts';

/** OWASP ASVS 5.0, 6.2: length instead of composition, nothing known, nothing that belongs to the person. */
export const passwordLength = { min: 12, max: 128 } as const;

let common: ReadonlySet<string> | undefined;
/** Passwords from public breaches, the French ones too; one a line, in lower case. */
const commonPasswords = (): ReadonlySet<string> => {
  common ??= new Set(
    readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean),
  );
  return common;
};

const leet: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** `P4ssw0rd` as the word it stands for. */
const unleet = (text: string): string => [...text].map((letter) => leet[letter] ?? letter).join('');

/** The part between the digits and signs that people put around a word: `2026!Dragon12` is `dragon`. */
const core = (text: string): string => text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '');

/** The shortest piece that, repeated, gives the whole: `abcabcabc` is `abc`. */
const repeatedPiece = (text: string): string => /^(.+?)\1+$/su.exec(text)?.[1] ?? text;

const walks = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'azertyuiopqsdfghjklmwxcvbn',
  'qwertyuiopasdfghjklzxcvbnm',
];
const reversed = (text: string): string => [...text].reverse().join('');
const isWalk = (text: string): boolean =>
  text.length >= 4 && walks.some((walk) => walk.includes(text) || reversed(walk).includes(text));

const isKnown = (password: string): boolean => {
  const text = password.toLowerCase();
  const shapes = [text, unleet(text), core(text), core(unleet(text)), unleet(core(text))];
  return shapes.some((shape) => {
    const piece = repeatedPiece(shape);
    const candidates = [shape, piece, core(piece)];
    return candidates.some((candidate) => commonPasswords().has(candidate) || isWalk(candidate));
  });
};

/** Few different characters are few guesses, however long the row. */
const isMonotonous = (password: string): boolean => new Set(password.toLowerCase()).size < 5;

const contains = (password: string, word: string): boolean =>
  word.length >= 4 && password.toLowerCase().includes(word.toLowerCase());

export type PasswordContext = { givenName: string; familyName: string; email: string; operator: string };

/** Words that anybody would try first for this person, unless the rest alone would be long enough. */
const personalWords = ({ givenName, familyName, email, operator }: PasswordContext): string[] =>
  [givenName, familyName, ...email.split(/[@.+_-]/), ...operator.split(/\s+/)].filter(
    (word) => word.length >= 4,
  );

/**
 * Why a password is refused, or nothing. Compared exactly as typed: no trimming, any character.
 * Codes: `password-too-short`, `password-too-long`, `password-common`, `password-repetitive`, `password-personal`.
 */
export const passwordFault = (
  password: string,
  context: PasswordContext,
  pointer = '/password',
): FieldFault | undefined => {
  const length = [...password].length;
  if (length < passwordLength.min) {
    return { pointer, code: 'password-too-short', params: { min: passwordLength.min } };
  }
  if (length > passwordLength.max) {
    return { pointer, code: 'password-too-long', params: { max: passwordLength.max } };
  }
  if (isMonotonous(password)) return { pointer, code: 'password-repetitive' };
  if (isKnown(password)) return { pointer, code: 'password-common' };
  const found = personalWords(context).filter((word) => contains(password, word));
  const rest = found.reduce((left, word) => left.toLowerCase().replaceAll(word.toLowerCase(), ''), password);
  if (found.length > 0 && [...rest].length < passwordLength.min)
    return { pointer, code: 'password-personal' };
  return undefined;
};
