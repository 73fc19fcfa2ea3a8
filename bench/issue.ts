import { hash, sign } from 'node:crypto';
import { type JsonObject, secure } from '../src/vc/index.ts';
import { type Bench, compared } from './bench.ts';
import { certificate, key, options } from './certificate.ts';
import { ratesPerSecond, type Variant } from './measure.ts';
import { canonicalTexts, stockIssue, stockIssueWithKeptKey, stockVerifies } from './stock.ts';

const unit = 'credentials/s';

/** SHA-256 over both canonical texts and one Ed25519 signature: nothing that issues can be quicker. */
const limitOf = ([proof, document]: readonly [string, string]): Variant => {
  return (times) => {
    for (let i = 0; i < times; i += 1) {
      const digests = [hash('sha256', proof, 'buffer'), hash('sha256', document, 'buffer')];
      sign(null, Buffer.concat(digests), key.privateKey);
    }
  };
};

/** Issues ever new certificates and keeps one in a hundred to be verified by strangers. */
const issuing = (
  issue: (credential: JsonObject) => Promise<JsonObject>,
  kept: JsonObject[] = [],
): Variant => {
  let number = 0;
  return async (times) => {
    for (let i = 0; i < times; i += 1) {
      number += 1;
      const secured = await issue(certificate(number));
      if (number % 100 === 1 && kept.length < 200) kept.push(secured);
    }
  };
};

export const bench: Bench = async ({ effort, say }) => {
  const ours = (credential: JsonObject): Promise<JsonObject> => secure(credential, options);
  const kept: JsonObject[] = [];
  const rates = await ratesPerSecond(
    {
      stock: issuing(stockIssue),
      'kept-key': issuing(stockIssueWithKeptKey),
      ours: issuing(ours, kept),
      limit: limitOf(await canonicalTexts(await stockIssue(certificate(1)))),
    },
    { rounds: Math.ceil(9 * effort), milliseconds: 300 * effort },
  );
  say(`verifying ${kept.length} of the issued ones with @digitalbazaar/vc`);
  for (const secured of kept) {
    if (!(await stockVerifies(secured)))
      throw new Error('stock @digitalbazaar/vc refuses a certificate of ours');
  }
  const value = rates.ours;
  return [
    compared({
      name: 'issue',
      value,
      unit,
      baseline: { name: 'stock @digitalbazaar/vc', value: rates.stock },
      goal: 50,
    }),
    compared({
      name: 'issue-kept-key',
      value,
      unit,
      baseline: { name: 'stock with a kept key', value: rates['kept-key'] },
    }),
    compared({
      name: 'issue-limit',
      value,
      unit,
      baseline: { name: 'SHA-256 and Ed25519 alone', value: rates.limit },
      goal: 0.65,
    }),
  ];
};
