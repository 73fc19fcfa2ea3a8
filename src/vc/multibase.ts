const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Longer than any key or signature here; decoding costs the square of the length. */
const maxLength = 256;

/** As many digits and bytes at a time as the product of both bases leaves exact in a double. */
const digitsAtOnce = 4;
const bytesAtOnce = 3;
const digitBase = 58 ** digitsAtOnce;
const byteBase = 256 ** bytesAtOnce;

const places = new Int8Array(128).fill(-1);
for (let place = 0; place < alphabet.length; place += 1) places[alphabet.charCodeAt(place)] = place;

/** Two characters for every number below 58^2. */
const pairs = Array.from(
  { length: 58 ** 2 },
  (_, n) => alphabet.charAt(Math.floor(n / 58)) + alphabet.charAt(n % 58),
);

/** The number that is being converted, least significant first. Nothing here waits, so one place serves all. */
let digits = new Float64Array(maxLength);
let length = 0;

const start = (capacity: number): void => {
  if (capacity > digits.length) digits = new Float64Array(capacity);
  length = 0;
};

/** The number times `from`, plus `group`, in base `to`. */
const push = (group: number, from: number, to: number): void => {
  const share = 1 / to;
  let carry = group;
  for (let i = 0; i < length; i += 1) {
    const sum = (digits[i] as number) * from + carry;
    // Multiplying is quicker than dividing, and at most one off.
    carry = Math.floor(sum * share);
    let rest = sum - carry * to;
    if (rest < 0) {
      carry -= 1;
      rest += to;
    } else if (rest >= to) {
      carry += 1;
      rest -= to;
    }
    digits[i] = rest;
  }
  for (; carry > 0; length += 1) {
    const rest = Math.floor(carry / to);
    digits[length] = carry - rest * to;
    carry = rest;
  }
};

/** Multibase `z`: base58 with the Bitcoin alphabet (Controlled Identifiers 1.0, 2.4). */
export const toBase58 = (bytes: Uint8Array): string => {
  start(bytes.length + 1);
  for (let end = bytes.length % bytesAtOnce; end <= bytes.length; end += bytesAtOnce) {
    let group = 0;
    for (let i = Math.max(0, end - bytesAtOnce); i < end; i += 1) group = group * 256 + (bytes[i] as number);
    push(group, byteBase, digitBase);
  }
  let text = '';
  for (let i = length - 1; i >= 0; i -= 1) {
    const four = digits[i] as number;
    text += `${pairs[Math.floor(four / 3364)]}${pairs[four % 3364]}`;
  }
  let zeros = 0;
  while (bytes[zeros] === 0) zeros += 1;
  return `z${'1'.repeat(zeros)}${text.startsWith('1') ? text.replace(/^1+/, '') : text}`;
};

/** The bytes of a multibase `z` text, or nothing when it is not one. */
export const fromBase58 = (text: string): Buffer | undefined => {
  if (text[0] !== 'z' || text.length > maxLength) return undefined;
  start(text.length);
  for (let end = (text.length - 1) % digitsAtOnce; end < text.length; end += digitsAtOnce) {
    let group = 0;
    for (let i = Math.max(0, end - digitsAtOnce) + 1; i <= end; i += 1) {
      const place = places[text.charCodeAt(i)] ?? -1;
      if (place < 0) return undefined;
      group = group * 58 + place;
    }
    push(group, digitBase, byteBase);
  }
  const bytes = Buffer.alloc(length * bytesAtOnce);
  for (let i = 0, end = bytes.length; i < length; i += 1, end -= bytesAtOnce) {
    const three = digits[i] as number;
    bytes[end - 3] = three >> 16;
    bytes[end - 2] = three >> 8;
    bytes[end - 1] = three;
  }
  let first = 0;
  while (bytes[first] === 0) first += 1;
  let zeros = 0;
  while (text[zeros + 1] === '1') zeros += 1;
  const value = bytes.subarray(first);
  return zeros === 0 ? value : Buffer.concat([Buffer.alloc(zeros), value]);
};
