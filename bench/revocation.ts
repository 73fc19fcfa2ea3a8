import { createHash } from 'node:crypto';
import { createList } from '@digitalbazaar/vc-bitstring-status-list';
import { emptyBits, encodeBits, type JsonObject, type StatusBits, secure, setBit } from '../src/vc/index.ts';
import { type Bench, compared } from './bench.ts';
import { issuer, options } from './certificate.ts';
import { ratesPerSecond, type Variant } from './measure.ts';
import { stockIssue, stockVerifies } from './stock.ts';

const length = 131_072;
const url = 'https://certificates.example/status/revocation-1';

/** A list in use: two of a hundred are withdrawn, at places picked as the service picks them, the same in every run. */
const withdrawn = Array.from(
  { length: length / 50 },
  (_, i) => createHash('sha256').update(`place ${i}`).digest().readUInt32BE() % length,
);

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

/** Sets one more bit, encodes the list, signs it, and takes the bit back for the next time. */
type Revoke = (index: number) => Promise<JsonObject>;

const stockList = async (): Promise<{ revoke: Revoke; encoded(): Promise<string> }> => {
  const list = await createList({ length });
  for (const index of withdrawn) list.setStatus(index, true);
  return {
    encoded: () => list.encode(),
    revoke: async (index) => {
      const before = list.getStatus(index);
      list.setStatus(index, true);
      const secured = await stockIssue(listCredential(await list.encode()));
      list.setStatus(index, before);
      return secured;
    },
  };
};

const ourBits = (): StatusBits => setBit(emptyBits(length), ...withdrawn);

const ourRevoke =
  (bits: StatusBits): Revoke =>
  (index) =>
    secure(listCredential(encodeBits(setBit(bits, index))), options);

const revoking = (revoke: Revoke, kept: JsonObject[] = []): Variant => {
  let number = 0;
  return async (times) => {
    for (let i = 0; i < times; i += 1) {
      number += 1;
      const secured = await revoke((number * 104_729) % length);
      if (number % 50 === 1 && kept.length < 20) kept.push(secured);
    }
  };
};

export const bench: Bench = async ({ effort }) => {
  const [stock, bits, kept] = [await stockList(), ourBits(), [] as JsonObject[]];
  if (encodeBits(bits).length > (await stock.encoded()).length)
    throw new Error('our list is larger than that of the stock library');
  const rates = await ratesPerSecond(
    { stock: revoking(stock.revoke), ours: revoking(ourRevoke(bits), kept) },
    { rounds: Math.ceil(9 * effort), milliseconds: 300 * effort },
  );
  for (const secured of kept) {
    if (!(await stockVerifies(secured))) throw new Error('stock @digitalbazaar/vc refuses a list of ours');
  }
  return [
    compared({
      name: 'revocation',
      value: rates.ours,
      unit: 'revocations/s',
      baseline: { name: 'stock list and @digitalbazaar/vc', value: rates.stock },
      goal: 5,
    }),
  ];
};
