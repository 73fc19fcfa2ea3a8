import type { Random } from '../platform/random.ts';

/** Crockford's base 32: no I, L, O or U, so that a printed identifier can be read aloud and typed. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const base = alphabet.length;
/** 27 random characters are 135 bits: nobody finds a certificate by trying. The last character checks the others. */
const randomLength = 27;

/** A public certificate identifier: 28 characters, printed in seven groups of four. */
export type CertificateIdentifier = string;

/** Luhn's algorithm in base 32: catches every single mistyped character and nearly every swapped pair. */
const checkCharacter = (body: string): string => {
  let sum = 0;
  let factor = 2;
  for (const character of [...body].reverse()) {
    const product = alphabet.indexOf(character) * factor;
    sum += Math.floor(product / base) + (product % base);
    factor = factor === 2 ? 1 : 2;
  }
  return alphabet[(base - (sum % base)) % base] ?? '';
};

export const newIdentifier = (random: Random): CertificateIdentifier => {
  const body = Array.from({ length: randomLength }, () => alphabet[random.below(base)]).join('');
  return body + checkCharacter(body);
};

export type ReadIdentifier =
  | { outcome: 'read'; identifier: CertificateIdentifier }
  /** Looks like an identifier, but a character was mistyped. */
  | { outcome: 'mistyped' }
  | { outcome: 'not-an-identifier' };

/** Reads what a person typed: case, spaces and dashes do not matter, and O, I, L are read as the digits they look like. */
export const readIdentifier = (typed: string): ReadIdentifier => {
  const text = typed
    .trim()
    .toUpperCase()
    .replaceAll(/[\s\u00a0\u2010-\u2015-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const shape = new RegExp(`^[${alphabet}]{${randomLength + 1}}$`);
  if (!shape.test(text)) return { outcome: 'not-an-identifier' };
  const fits = checkCharacter(text.slice(0, randomLength)) === text.at(-1);
  return fits ? { outcome: 'read', identifier: text } : { outcome: 'mistyped' };
};
