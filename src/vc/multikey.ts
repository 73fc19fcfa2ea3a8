import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { fromBase58, toBase58 } from './multibase.ts';

/** Multicodec prefixes ed25519-pub and ed25519-priv (Controlled Identifiers 1.0, 2.2.2). */
const publicPrefix = Buffer.from([0xed, 0x01]);
const secretPrefix = Buffer.from([0x80, 0x26]);
/** The fixed ASN.1 head of an Ed25519 key in DER (RFC 8410), before its 32 bytes. */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');
const keyLength = 32;

const withoutPrefix = (text: string, prefix: Buffer): Buffer | undefined => {
  const bytes = fromBase58(text);
  return bytes?.subarray(0, prefix.length).equals(prefix) ? bytes.subarray(prefix.length) : undefined;
};

export const encodePublicKey = (raw: Uint8Array): string => toBase58(Buffer.concat([publicPrefix, raw]));
export const encodeSecretKey = (seed: Uint8Array): string => toBase58(Buffer.concat([secretPrefix, seed]));

/** The 32 bytes of an Ed25519 `publicKeyMultibase`, or nothing when it is not one. */
export const decodePublicKey = (multibase: string): Buffer | undefined => {
  const raw = withoutPrefix(multibase, publicPrefix);
  return raw?.length === keyLength ? raw : undefined;
};

/** The seed of an Ed25519 `secretKeyMultibase`; older tools append the public key to it. */
export const decodeSecretKey = (multibase: string): Buffer | undefined => {
  const raw = withoutPrefix(multibase, secretPrefix);
  return raw?.length === keyLength || raw?.length === 2 * keyLength ? raw.subarray(0, keyLength) : undefined;
};

export const publicKeyFrom = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' });

export const privateKeyFrom = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' });

/** The 32 public bytes that belong to a private key. */
export const publicBytesOf = (privateKey: KeyObject): Buffer =>
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiHead.length);
