import { gunzipSync } from 'node:zlib';

/** What Bitstring Status List 1.0 says of one entry, read by hand: a stranger needs none of our code for it. */
export const statusBit = (
  list: { credentialSubject: { encodedList: string } },
  index: string | number,
): boolean => {
  const { encodedList } = list.credentialSubject;
  if (!encodedList.startsWith('u')) throw new Error('not multibase base64url');
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
  const place = Number(index);
  return ((bits[Math.floor(place / 8)] ?? 0) & (0x80 >> (place % 8))) !== 0;
};
