import type { Request, RequestHandler } from 'express';
import type { Learning } from '../../learning/index.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Render } from '../render.ts';

/** What a course costs, taxes included, in the smallest unit of the ISO 4217 currency. */
export type PriceOf = (courseId: string) => Promise<{ grossMinor: number; currency: string } | undefined>;

export type LearnPagesDeps = {
  render: Render;
  /** Public origin, without a slash at the end. */
  baseUrl: string;
  learning: Learning;
  /** Lets nobody pass who is not signed in, and brings them back after they have. */
  requireSignIn: RequestHandler;
  accountOf(request: Request): { id: string } | undefined;
  priceOf: PriceOf;
  /** What renewing the certificate of a course costs, where it has a price. */
  renewalPriceOf: PriceOf;
  /** The name as a certificate would print it. */
  nameOf(accountId: string): Promise<string | undefined>;
};

/** The signed-in person's account, behind `requireSignIn`. */
export const learnerOf = ({ accountOf }: LearnPagesDeps, request: Request): string => {
  const account = accountOf(request);
  if (!account) throw new DomainError('unauthenticated', 'not-signed-in');
  return account.id;
};
