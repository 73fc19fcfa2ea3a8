import { type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import type { Random } from '../platform/random.ts';
import {
  decodePublicKey,
  decodeSecretKey,
  encodePublicKey,
  encodeSecretKey,
  privateKeyFrom,
  publicBytesOf,
} from './multikey.ts';

const keyFileShape = z.strictObject({
  type: z.literal('Multikey'),
  id: z.string().min(1).optional(),
  publicKeyMultibase: z.string().min(1),
  secretKeyMultibase: z.string().min(1),
  created: z.iso.datetime({ offset: true }),
});

/** A key pair at rest: JSON, Multikey encodings of Ed25519 (Controlled Identifiers 1.0, 2.2.2), `created` with zone. */
export type KeyFile = z.infer<typeof keyFileShape>;

/** A key ready to sign. The private half is a handle of the crypto library: it shows nothing when logged. */
export type SigningKey = {
  readonly id: string | undefined;
  readonly publicKeyMultibase: string;
  readonly privateKey: KeyObject;
  readonly created: Date;
};

export type KeyFault = 'malformed' | 'not-ed25519' | 'halves-do-not-match';

const explanations: Record<KeyFault, string> = {
  malformed: 'the key file is not the JSON that keys.example/README.md describes',
  'not-ed25519': 'publicKeyMultibase or secretKeyMultibase is not an Ed25519 Multikey value',
  'halves-do-not-match': 'publicKeyMultibase does not belong to secretKeyMultibase',
};

/** A key file that must not be used. The message is for the operator and repeats nothing of the file. */
export class KeyRefused extends Error {
  readonly fault: KeyFault;

  constructor(fault: KeyFault) {
    super(explanations[fault]);
    this.name = 'KeyRefused';
    this.fault = fault;
  }
}

/** A new Ed25519 pair in the format that `importKey` reads. */
export const generateKeyPair = ({ random, created }: { random: Random; created: Date }): KeyFile => {
  const seed = random.bytes(32);
  return {
    type: 'Multikey',
    publicKeyMultibase: encodePublicKey(publicBytesOf(privateKeyFrom(seed))),
    secretKeyMultibase: encodeSecretKey(seed),
    created: created.toISOString(),
  };
};

/**
 * Reads a parsed key file once; keep the result, since importing costs eleven signatures.
 * @throws KeyRefused
 */
export const importKey = (keyFile: unknown): SigningKey => {
  const parsed = keyFileShape.safeParse(keyFile);
  if (!parsed.success) throw new KeyRefused('malformed');
  const { id, publicKeyMultibase, secretKeyMultibase, created } = parsed.data;
  const publicKey = decodePublicKey(publicKeyMultibase);
  const seed = decodeSecretKey(secretKeyMultibase);
  if (!publicKey || !seed) throw new KeyRefused('not-ed25519');
  const privateKey = privateKeyFrom(seed);
  if (!publicBytesOf(privateKey).equals(publicKey)) throw new KeyRefused('halves-do-not-match');
  return { id, publicKeyMultibase, privateKey, created: new Date(created) };
};

/** A pure Ed25519 signature (RFC 8032), 64 bytes. */
export const signBytes = (key: SigningKey, data: Uint8Array): Uint8Array => sign(null, data, key.privateKey);

/** Everybody knows the secret half of these: `keys.example/issuer-key.json`. */
const samplePublicKeys: readonly string[] = ['z6MknKvW7CoeeFPtdRKrEXwx1Yyhrb4CZTx2nmRHt8feop2R'];

/** Whether this is the published sample key, which production must refuse. */
export const isSampleKey = (publicKeyMultibase: string): boolean =>
  samplePublicKeys.includes(publicKeyMultibase);
