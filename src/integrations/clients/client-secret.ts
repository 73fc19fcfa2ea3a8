import { createHash, timingSafeEqual } from 'node:crypto';
import { type Random, token } from '../../platform/random.ts';

/**
 * 32 random bytes. The prefix lets scanners of source code recognise one that was published by mistake. Because nobody
 * can guess 256 random bits, a plain SHA-256 keeps them as well as a slow password hash would, and costs no caller
 * the time that such a hash takes.
 */
export const newSecret = (random: Random): string => `jinfo_secret_${token(random)}`;

/** What is stored of a secret or of an access token: its SHA-256, in base64url. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Compares in a time that tells nothing about the stored hash. */
export const isSecret = (secret: string, hash: string): boolean => {
  const [given, kept] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
};
