import { timingSafeEqual } from 'node:crypto';
import { type Random, token } from '../../platform/random.ts';
import type { Verdict } from '../../verifier/index.ts';
import { derive, hashOf } from '../claim-link.ts';

/** How long a holder has to present, and then the asker to read the answer. */
export const requestMinutes = 10;

/**
 * What came of a request. Of whoever presented nothing is kept but the number of a certificate of ours, from which its
 * public page follows.
 */
export type PresentationOutcome =
  /** The holder, or their wallet, said no. */
  | { kind: 'declined' }
  | { kind: 'presented'; verdict: Verdict; identifier?: string }
  /** The credential is about somebody else's key (`other-holder`), or about nobody's: whoever has the file could present it. */
  | { kind: 'not-theirs'; why: 'other-holder' | 'no-holder' };

/** Somebody asks a holder to present a certificate, once. */
export type PresentationRequest = {
  /** Hash of the secret in the address that the wallet answers to. */
  requestHash: string;
  /** Hash of the secret in the address of the page that shows the answer. */
  pageHash: string;
  expiresAt: Date;
  outcome?: PresentationOutcome;
};

/** 128 bits: as many as the standard asks for, and few, since they stand in a QR code. */
const short = (secret: string): string => secret.slice(0, 22);

/** What the wallet learns; from the secret of the page it follows, and does not lead back to it. */
export const requestSecretOf = (page: string): string => short(derive(page, 'presentation-request'));
export const nonceOf = (request: string): string => short(derive(request, 'nonce'));
export const stateOf = (request: string): string => short(derive(request, 'state'));

export const isState = (request: string, sent: string): boolean => {
  const [one, other] = [Buffer.from(stateOf(request)), Buffer.from(sent)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/** A new request with the secret of its page, which is known at this moment only. */
export const newPresentationRequest = ({
  random,
  now,
}: {
  random: Random;
  now: Date;
}): { request: PresentationRequest; page: string } => {
  const page = token(random);
  const request = {
    requestHash: hashOf(requestSecretOf(page)),
    pageHash: hashOf(page),
    expiresAt: new Date(now.getTime() + requestMinutes * 60_000),
  };
  return { request, page };
};
