import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import type { Translations } from '../../platform/i18n.ts';
import { type Random, token } from '../../platform/random.ts';
import { hashOf } from '../claim-link.ts';
import type { ClaimStore } from '../claim-store.ts';
import { linkEnded, type TakeCertificate } from '../take-certificate.ts';
import { createGiveCredential } from './give-credential.ts';
import { issuerMetadata, serverMetadata } from './metadata.ts';
import { createNonceStore, type NonceStore } from './nonce-store.ts';
import { offerOf } from './offer.ts';
import { createRedeemCode } from './redeem-code.ts';
import { createOpenidRoutes } from './routes.ts';

type OpenidDeps = {
  config: Pick<Config, 'baseUrl' | 'operator'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  limits: Pick<RateLimits, 'perAddress'>;
  translations: Translations;
  claims: ClaimStore;
  take: TakeCertificate;
};

/** A wallet asks for one just before it signs. */
const nonceMinutes = 5;

/** How wallets take certificates by OpenID4VCI 1.0, with an authorization server of our own. */
export const createOpenid = (deps: OpenidDeps): { routes: Router; nonces: NonceStore } => {
  const { claims, take, clock, random, translations } = deps;
  const { baseUrl, operator } = deps.config;
  const nonces = createNonceStore(deps.connection);
  const routes = createOpenidRoutes({
    limits: deps.limits,
    issuer: issuerMetadata(baseUrl, operator.name, translations),
    server: serverMetadata(baseUrl),
    offer: async (secret, description) => {
      const link = await claims.find('offerHash', hashOf(secret), clock.now());
      if (!link) throw linkEnded();
      return offerOf(link, secret, { baseUrl, description });
    },
    redeem: createRedeemCode({ claims, clock, random }),
    newNonce: async () => {
      const nonce = token(random);
      await nonces.add(hashOf(nonce), new Date(clock.now().getTime() + nonceMinutes * 60_000));
      return nonce;
    },
    give: createGiveCredential({ claims, nonces, take, clock, audience: baseUrl }),
  });
  return { routes, nonces };
};
