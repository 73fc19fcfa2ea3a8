import { createHash, createHmac } from 'node:crypto';
import { type Random, token } from '../platform/random.ts';

/** The standards by which a wallet takes a certificate. */
export type Protocol = 'vcapi' | 'openid4vci';

/** How long a claim link can be used. */
export const linkMinutes = 15;

/** Who holds one of them can claim; none is stored, only their hashes. */
export type Secrets = {
  /** In the link that people pass on. */
  link: string;
  /** In the address of the exchange that the link leads wallets to. */
  exchange: string;
};

/** One way to a wallet, once, for a while. A certificate has one at most: a new one ends the one before. */
export type ClaimLink = {
  /** Certificate number. */
  identifier: string;
  linkHash: string;
  exchangeHash: string;
  createdAt: Date;
  expiresAt: Date;
};

/** A certificate that a wallet took: never which wallet or key, only what lets the same one be recognised. */
export type Claim = { at: Date; protocol: Protocol; holderHash: string };

/** SHA-256: the secrets have 256 bits, so nothing slower is needed. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** A secret that follows from another and does not lead back to it: who steals the inner one gets no further. */
export const derive = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url');

export const secretsOf = (link: string): Secrets => ({ link, exchange: derive(link, 'exchange') });

/** A new link for a certificate, with its secrets, which are known at this moment only. */
export const newClaimLink = (
  identifier: string,
  { random, now }: { random: Random; now: Date },
): { link: ClaimLink; secrets: Secrets } => {
  const secrets = secretsOf(token(random));
  const link = {
    identifier,
    linkHash: hashOf(secrets.link),
    exchangeHash: hashOf(secrets.exchange),
    createdAt: now,
    expiresAt: new Date(now.getTime() + linkMinutes * 60_000),
  };
  return { link, secrets };
};
