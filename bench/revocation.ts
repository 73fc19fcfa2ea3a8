import { gzipSync } from 'node:zlib';
import { emptyBits, encodeBits, type JsonObject, type StatusBits, secure, setBit } from '../src/vc/index.ts';
import { type Bench, compared } from './bench.ts';
import { issuer, options } from './certificate.ts';
import { ratesPerSecond, type Variant } from './measure.ts';
import { stockIssue, stockVerifies } from './stock.ts';

const length = 131_072;
const url = 'https://certificates.example/status/revocation-1';

const listCredential = (encodedList: string): JsonObject => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  id: url,
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer,
  validFrom: '2026-03-01T10:00:00Z',
  validUntil: '2026-03-08T10:00:00Z',
  credentialSubject: {
    id: `${url}#list`,
    type: 'BitstringStatusList',
    statusPurpose: 'revocation',
    encodedList,
  },
});

/** As `@digitalbazaar/vc-bitstring-status-list` encodes: GZIP at its level (6, of pako), base64url. */
const stockEncode = (bits: StatusBits): string =>
  `u${Buffer.from(gzipSync(bits, { level: 6 })).toString('base64url')}`;

type Sizes = { largest: number };

/** A list in use, two of a hundred withdrawn; one more each time. */
const revoking = (
  encode: (bits: StatusBits) => string,
  sign: (credential: JsonObject) => Promise<JsonObject>,
  sizes: Sizes,
  kept: JsonObject[],
): Variant => {
  const used = Array.from({ length: length / 50 }, (_, i) => (i * 7919) % length);
  const bits = setBit(emptyBits(length), ...used);
  let number = 0;
  return async (times) => {
    for (let i = 0; i < times; i += 1) {
      number += 1;
      const encoded = encode(setBit(bits, (number * 104_729) % length));
      sizes.largest = Math.max(sizes.largest, encoded.length);
      const secured = await sign(listCredential(encoded));
      if (number % 50 === 1 && kept.length < 20) kept.push(secured);
    }
  };
};

export const bench: Bench = async ({ effort }) => {
  const [stockSizes, ourSizes] = [{ largest: 0 }, { largest: 0 }];
  const kept: JsonObject[] = [];
  const rates = await ratesPerSecond(
    {
      stock: revoking(stockEncode, stockIssue, stockSizes, []),
      ours: revoking(encodeBits, (credential) => secure(credential, options), ourSizes, kept),
    },
    { rounds: Math.ceil(9 * effort), milliseconds: 300 * effort },
  );
  for (const secured of kept) {
    if (!(await stockVerifies(secured))) throw new Error('stock @digitalbazaar/vc refuses a list of ours');
  }
  if (ourSizes.largest > stockSizes.largest)
    throw new Error('our list is larger than that of the stock library');
  return [
    compared({
      name: 'revocation',
      value: rates.ours,
      unit: 'revocations/s',
      baseline: { name: 'stock encoding and @digitalbazaar/vc', value: rates.stock },
      goal: 5,
    }),
  ];
};
