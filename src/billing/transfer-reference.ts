import type { Random } from '../platform/random.ts';

/** Letters and digits that nobody confuses when copying by hand: no 0 O 1 I L U. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

const group = (random: Random): string =>
  Array.from({ length: 4 }, () => alphabet.charAt(random.below(alphabet.length))).join('');

/** What a buyer writes on a bank transfer: `JC-XXXX-XXXX`. */
export const newTransferReference = (random: Random): string => `JC-${group(random)}-${group(random)}`;
