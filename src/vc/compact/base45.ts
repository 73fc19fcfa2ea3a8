/** The 45 characters of the alphanumeric mode of QR codes (RFC 9285, 4.2): three of them cost as much as two bytes. */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** RFC 9285, 4: two bytes in three characters, the least significant first; a last odd byte in two. */
export const toBase45 = (bytes: Uint8Array): string => {
  const digits = (value: number, count: number): string =>
    Array.from({ length: count }, (_, i) => alphabet[Math.floor(value / 45 ** i) % 45]).join('');
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2)
    text += digits((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0), 3);
  return bytes.length % 2 === 0 ? text : text + digits(bytes.at(-1) ?? 0, 2);
};

/** The bytes, or nothing for what is no base45: a foreign character, a length or a value that no bytes have (RFC 9285, 6). */
export const fromBase45 = (text: string): Uint8Array | undefined => {
  if (text.length % 3 === 1) return undefined;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = [...text.slice(i, i + 3)].map((character) => alphabet.indexOf(character));
    const value = digits.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    const whole = digits.length === 3;
    if (digits.includes(-1) || value > (whole ? 0xffff : 0xff)) return undefined;
    if (whole) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
};
