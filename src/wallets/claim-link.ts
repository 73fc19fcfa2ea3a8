import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Random, token } from '../platform/random.ts';

/** The standards by which a wallet takes a certificate. */
export type Protocol = 'vcapi' | 'openid4vci';

/** How long a claim link can be used, whatever came of it by then. */
export const linkMinutes = 15;

/** How often a transaction code may be tried before its link ends. */
export const transactionCodeTries = 5;
export const transactionCodeLength = 6;

/** Who holds one of them can claim; none is stored, only their hashes. */
export type Secrets = {
  /** In the link that people pass on. */
  link: string;
  /** In the address of the exchange that the link leads wallets to. */
  exchange: string;
  /** In the address where wallets fetch the credential offer (OpenID4VCI 1.0, 4.1.3). */
  offer: string;
  /** The pre-authorized code in that offer. */
  code: string;
};

/** One way to a wallet, once, for a while. A certificate has one at most: a new one ends the one before. */
export type ClaimLink = {
  /** Certificate number. */
  identifier: string;
  linkHash: string;
  exchangeHash: string;
  offerHash: string;
  codeHash: string;
  /** What the holder has to type in the wallet besides, and how often that was tried. Then there is no other way than OpenID4VCI. */
  transactionCode?: { hash: string; tries: number };
  createdAt: Date;
  expiresAt: Date;
};

/** What a redeemed code gives: the right to one certificate for one wallet, until the link would have run out. */
export type Grant = {
  /** Certificate number. */
  identifier: string;
  tokenHash: string;
  expiresAt: Date;
  /** Whose key it was that took the certificate; before that, whoever comes first. */
  holderHash: string | undefined;
};

/** A certificate that a wallet took: never which wallet or key, only what lets the same one be recognised. */
export type Claim = { at: Date; protocol: Protocol; holderHash: string };

/** SHA-256: the secrets have 256 bits, so nothing slower is needed. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** A secret that follows from another and does not lead back to it: who steals the inner one gets no further. */
export const derive = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose).digest('base64url');

/** From the secret of an offer follows its code; neither leads back to the link. */
export const codeOf = (offer: string): string => derive(offer, 'pre-authorized-code');

export const secretsOf = (link: string): Secrets => {
  const offer = derive(link, 'offer');
  return { link, exchange: derive(link, 'exchange'), offer, code: codeOf(offer) };
};

/** A million possibilities are few: without the pre-authorized code, which is kept nowhere, the hash does not help to find it. */
const transactionCodeHash = (code: string, typed: string): string =>
  derive(code, `transaction-code:${typed}`);

export const isTransactionCode = (
  { hash }: NonNullable<ClaimLink['transactionCode']>,
  code: string,
  typed: string,
): boolean => timingSafeEqual(Buffer.from(hash), Buffer.from(transactionCodeHash(code, typed)));

/** A link with its secrets and, where one was asked for, its transaction code: known at this moment only. */
export type NewClaimLink = { link: ClaimLink; secrets: Secrets; transactionCode: string | undefined };

type Circumstances = { random: Random; now: Date; withTransactionCode: boolean };

const newTransactionCode = (random: Random): string =>
  String(random.below(10 ** transactionCodeLength)).padStart(transactionCodeLength, '0');

export const newClaimLink = (
  identifier: string,
  { random, now, withTransactionCode }: Circumstances,
): NewClaimLink => {
  const secrets = secretsOf(token(random));
  const transactionCode = withTransactionCode ? newTransactionCode(random) : undefined;
  const link = {
    identifier,
    linkHash: hashOf(secrets.link),
    exchangeHash: hashOf(secrets.exchange),
    offerHash: hashOf(secrets.offer),
    codeHash: hashOf(secrets.code),
    ...(transactionCode === undefined
      ? {}
      : { transactionCode: { hash: transactionCodeHash(secrets.code, transactionCode), tries: 0 } }),
    createdAt: now,
    expiresAt: new Date(now.getTime() + linkMinutes * 60_000),
  };
  return { link, secrets, transactionCode };
};
