import type { KeyObject } from 'node:crypto';
import { decodePublicKey, publicKeyFrom } from './multikey.ts';

/** Issuers that are verified often are few. */
const capacity = 500;
const keys = new Map<string, KeyObject>();

/** The key of an Ed25519 `publicKeyMultibase`, imported once: that costs most of a verification. Nothing when it is not one. */
export const publicKeyOf = (publicKeyMultibase: string): KeyObject | undefined => {
  const known = keys.get(publicKeyMultibase);
  if (known) return known;
  const raw = decodePublicKey(publicKeyMultibase);
  if (!raw) return undefined;
  const key = publicKeyFrom(raw);
  const [oldest] = keys.keys();
  if (keys.size >= capacity && oldest !== undefined) keys.delete(oldest);
  keys.set(publicKeyMultibase, key);
  return key;
};
