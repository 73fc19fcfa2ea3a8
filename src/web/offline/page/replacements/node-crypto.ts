/** What the checks ask of `node:crypto`, for browsers: SHA-2 and Ed25519 in plain JavaScript, also where no secure context is. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

const digests = { sha256, sha512 } as const;
type Encoding = 'hex' | 'base64' | 'base64url' | 'buffer';

const bytesOf = (data: string | Uint8Array): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
const encoded = (digest: Uint8Array, encoding: Encoding | undefined): Buffer | string => {
  const bytes = Buffer.from(digest);
  return encoding === undefined || encoding === 'buffer' ? bytes : bytes.toString(encoding);
};

export const createHash = (name: keyof typeof digests) => {
  const state = digests[name].create();
  const hash = {
    update: (data: string | Uint8Array) => {
      state.update(bytesOf(data));
      return hash;
    },
    digest: (encoding?: Encoding) => encoded(state.digest(), encoding),
  };
  return hash;
};

export const hash = (name: keyof typeof digests, data: string | Uint8Array, encoding: Encoding = 'hex') =>
  encoded(digests[name](bytesOf(data)), encoding);

/** A public key as its 32 bytes: the last of every DER form that is given here (RFC 8410). */
type PublicKey = { raw: Uint8Array };
export const createPublicKey = ({ key }: { key: Uint8Array }): PublicKey => ({ raw: key.slice(-32) });

export const verify = (_: null, data: Uint8Array, { raw }: PublicKey, signature: Uint8Array): boolean => {
  try {
    // As the service does it: RFC 8032 without the laxer rule of ZIP 215.
    return ed25519.verify(signature, data, raw, { zip215: false });
  } catch {
    return false;
  }
};

const signsNothing = (): never => {
  throw new Error('the offline verifier holds no secret and signs nothing');
};
export const createPrivateKey = signsNothing;
export const sign = signsNothing;
export const randomBytes = signsNothing;
