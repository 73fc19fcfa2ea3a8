import { hash, verify } from 'node:crypto';
import { type JsonObject, resolveDid, secure, verifyProofs } from '../src/vc/index.ts';
import { fromBase58 } from '../src/vc/multibase.ts';
import { type Bench, compared } from './bench.ts';
import { certificate, documentLoader, options, publicKey } from './certificate.ts';
import { ratesPerSecond, type Variant } from './measure.ts';
import { canonicalTexts, stockVerifies } from './stock.ts';

const unit = 'credentials/s';
const count = 500;

/** SHA-256 over both canonical texts and one Ed25519 verification. */
const limitOf = async (secured: JsonObject): Promise<Variant> => {
  const [proof, document] = await canonicalTexts(secured);
  const signature = fromBase58(String((secured.proof as JsonObject).proofValue)) as Buffer;
  return (times) => {
    for (let i = 0; i < times; i += 1) {
      const data = Buffer.concat([hash('sha256', proof, 'buffer'), hash('sha256', document, 'buffer')]);
      if (!verify(null, data, publicKey, signature)) throw new Error('the limit verifies nothing');
    }
  };
};

const verifying = (
  credentials: readonly JsonObject[],
  isGood: (credential: JsonObject) => Promise<boolean>,
): Variant => {
  let number = 0;
  return async (times) => {
    for (let i = 0; i < times; i += 1) {
      number += 1;
      if (!(await isGood(credentials[number % count] as JsonObject)))
        throw new Error('a certificate is refused');
    }
  };
};

const ours = async (credential: JsonObject): Promise<boolean> => {
  const checks = await verifyProofs(credential, { documentLoader, resolveDid });
  return checks.every(({ outcome }) => outcome === 'passed');
};

/** A changed copy of each is refused by both: a verifier that is quick because it looks at nothing must not be measured. */
const assertRefusals = async (credentials: readonly JsonObject[]): Promise<void> => {
  for (const credential of credentials.slice(0, 50)) {
    const changed = { ...credential, name: `${credential.name}.` };
    if ((await ours(changed)) || (await stockVerifies(changed)))
      throw new Error('a changed certificate is accepted');
  }
};

export const bench: Bench = async ({ effort, say }) => {
  const credentials: JsonObject[] = [];
  for (let i = 0; i < count; i += 1) {
    // Parsed as it would come, not as it was made.
    credentials.push(JSON.parse(JSON.stringify(await secure(certificate(i), options))) as JsonObject);
  }
  const [first] = credentials;
  if (!first) throw new Error('nothing to verify');
  say('measuring');
  const rates = await ratesPerSecond(
    {
      stock: verifying(credentials, stockVerifies),
      ours: verifying(credentials, ours),
      limit: await limitOf(first),
    },
    { rounds: Math.ceil(9 * effort), milliseconds: 300 * effort },
  );
  await assertRefusals(credentials);
  const value = rates.ours;
  return [
    compared({
      name: 'verify',
      value,
      unit,
      baseline: { name: 'stock @digitalbazaar/vc', value: rates.stock },
      goal: 25,
    }),
    compared({
      name: 'verify-limit',
      value,
      unit,
      baseline: { name: 'SHA-256 and Ed25519 alone', value: rates.limit },
      goal: 0.7,
    }),
  ];
};
