const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Longer than any key or signature here; decoding costs the square of the length. */
const maxLength = 256;

/** Multibase `z`: base58 with the Bitcoin alphabet (Controlled Identifiers 1.0, 2.4). */
export const toBase58 = (bytes: Uint8Array): string => {
  let value = bytes.length > 0 ? BigInt(`0x${Buffer.from(bytes).toString('hex')}`) : 0n;
  let text = '';
  for (; value > 0n; value /= 58n) text = alphabet.charAt(Number(value % 58n)) + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return `z${'1'.repeat(zeros < 0 ? bytes.length : zeros)}${text}`;
};

/** The bytes of a multibase `z` text, or nothing when it is not one. */
export const fromBase58 = (text: string): Buffer | undefined => {
  if (text[0] !== 'z' || text.length > maxLength) return undefined;
  const digits = text.slice(1);
  let value = 0n;
  for (const digit of digits) {
    const place = alphabet.indexOf(digit);
    if (place < 0) return undefined;
    value = value * 58n + BigInt(place);
  }
  const zeros = /^1*/.exec(digits)?.[0].length ?? 0;
  const hex = value === 0n ? '' : value.toString(16);
  return Buffer.from('00'.repeat(zeros) + (hex.length % 2 ? `0${hex}` : hex), 'hex');
};
