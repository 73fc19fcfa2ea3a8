import type { FieldFault } from '../platform/errors.ts';
import { folded, type Guess, guessPassword } from './guess-password.ts';

/** OWASP ASVS 5.0, 6.2: length instead of composition, nothing known, nothing that belongs to the person. In characters. */
export const passwordLength = { min: 12, max: 128 } as const;

/** 2^38 guesses: two common words with a year and a sign are refused, three and a little are not. */
const neededBits = 38;
const neededCharacters = 5;

export type PasswordContext = { givenName: string; familyName: string; email: string; operator: string };

/** Words that anybody would try first for this person here. */
const personalWords = ({ givenName, familyName, email, operator }: PasswordContext): ReadonlySet<string> => {
  const [mailbox = '', host = ''] = email.split('@');
  const names = [givenName, familyName, operator, mailbox].flatMap((text) => [
    text.replaceAll(/[^\p{L}\p{N}]/gu, ''),
    ...text.split(/[^\p{L}\p{N}]+/u),
  ]);
  const words = [...names, ...host.split('.').slice(0, -1), 'jinfo', 'certification'];
  return new Set(words.map(folded).filter((word) => word.length >= 3));
};

/** The reason that a person can do something about, by what most of the password is made of. */
const reasonOf = ({ covered }: Guess): string => {
  if (covered.personal) return 'password-personal';
  const { sequence = 0, repeated = 0, common = 0 } = covered;
  if (repeated >= Math.max(sequence, common) && repeated > 0) return 'password-repetitive';
  return sequence > common ? 'password-sequence' : 'password-common';
};

/**
 * Why a password is refused, or nothing. Compared exactly as typed: no trimming, any character.
 * Codes: `password-too-short`, `password-too-long`, `password-common`, `password-sequence`, `password-repetitive`,
 * `password-personal`.
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
  if (new Set(folded(password)).size < neededCharacters) return { pointer, code: 'password-repetitive' };
  const guess = guessPassword(password, personalWords(context));
  return guess.bits < neededBits ? { pointer, code: reasonOf(guess) } : undefined;
};
