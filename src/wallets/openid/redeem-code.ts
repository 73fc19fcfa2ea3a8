import type { Clock } from '../../platform/clock.ts';
import { OAuthRefusal, readOAuthForm } from '../../platform/http/oauth.ts';
import { type Random, token } from '../../platform/random.ts';
import { type ClaimLink, hashOf, isTransactionCode, transactionCodeTries } from '../claim-link.ts';
import type { ClaimStore } from '../claim-store.ts';
import { preAuthorizedGrant } from './metadata.ts';

export type TokenRequest = { code: string; transactionCode: string | undefined };

/** The members of a successful answer (RFC 6749, 5.1). */
export type TokenResponse = { access_token: string; token_type: 'Bearer'; expires_in: number };

const invalidRequest = (description: string): OAuthRefusal =>
  new OAuthRefusal('invalid_request', description);
const invalidGrant = (description: string): OAuthRefusal => new OAuthRefusal('invalid_grant', description);

const understood = ['grant_type', 'pre-authorized_code', 'tx_code'] as const;

/** Reads a token request (OpenID4VCI 1.0, 6.1). @throws OAuthRefusal `invalid_request`, `unsupported_grant_type` */
export const readCodeRequest = (body: string): TokenRequest => {
  const sent = readOAuthForm(body, understood);
  if (sent.grant_type === undefined) throw invalidRequest('grant_type is missing');
  if (sent.grant_type !== preAuthorizedGrant)
    throw new OAuthRefusal('unsupported_grant_type', `only ${preAuthorizedGrant} is granted here`);
  const code = sent['pre-authorized_code'];
  if (code === undefined) throw invalidRequest('pre-authorized_code is missing');
  return { code, transactionCode: sent.tx_code };
};

type RedeemDeps = { claims: ClaimStore; clock: Clock; random: Random };

/**
 * Exchanges the code of an offer for an access token, once (OpenID4VCI 1.0, 6). A code that comes a second time ends the
 * link: one of the two who have it is not the holder (RFC 6749, 4.1.2). So does the fifth wrong transaction code.
 * @throws OAuthRefusal `invalid_request`, `invalid_grant`
 */
export const createRedeemCode = ({ claims, clock, random }: RedeemDeps) => {
  const checkTransactionCode = async (
    link: ClaimLink,
    { code, transactionCode }: TokenRequest,
  ): Promise<void> => {
    if (!link.transactionCode) {
      if (transactionCode === undefined) return;
      throw invalidRequest('no tx_code belongs to this code');
    }
    if (transactionCode === undefined) throw invalidRequest('tx_code is missing');
    // Counted before it is compared: guesses that come at once get no more of them.
    const tries = await claims.countTry(link);
    if (tries !== undefined && isTransactionCode(link.transactionCode, code, transactionCode)) return;
    if (tries === undefined || tries >= transactionCodeTries) {
      await claims.endThis(link);
      throw invalidGrant('tx_code was wrong too often: the offer has ended');
    }
    throw invalidGrant('tx_code is wrong');
  };

  return async (request: TokenRequest): Promise<TokenResponse> => {
    const now = clock.now();
    const link = await claims.find('codeHash', hashOf(request.code), now);
    if (!link) throw invalidGrant('the code is not known, was used or ended, or has run out');
    await checkTransactionCode(link, request);
    const accessToken = token(random);
    if (!(await claims.redeem(link, hashOf(accessToken), now))) {
      await claims.endThis(link);
      throw invalidGrant('the code was used before: the offer has ended');
    }
    const seconds = Math.ceil((link.expiresAt.getTime() - now.getTime()) / 1000);
    return { access_token: accessToken, token_type: 'Bearer', expires_in: seconds };
  };
};

export type RedeemCode = ReturnType<typeof createRedeemCode>;
