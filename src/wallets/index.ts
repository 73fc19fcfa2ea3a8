import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { Translations } from '../platform/i18n.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import type { Verifier } from '../verifier/index.ts';
import { hashOf, newClaimLink, secretsOf } from './claim-link.ts';
import { createClaimStore, type Standing } from './claim-store.ts';
import { type Interaction, interactionOf, type OpenedInteraction } from './interaction.ts';
import { createOpenid } from './openid/index.ts';
import { createPersonalData } from './personal-data.ts';
import { createPresenting, type Presenting } from './presenting/index.ts';
import { createWalletRoutes } from './routes.ts';
import { createTakeCertificate, type Holders, linkEnded } from './take-certificate.ts';
import { createExchange } from './vcapi/exchange.ts';

export { type Claim, linkMinutes, type Protocol } from './claim-link.ts';
export type { Standing } from './claim-store.ts';
export type { Interaction, OpenedInteraction } from './interaction.ts';
export { type PresentationOutcome, requestMinutes } from './presenting/presentation-request.ts';

type WalletsDeps = {
  config: Pick<Config, 'baseUrl' | 'operator'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  limits: Pick<RateLimits, 'perAddress'>;
  translations: Translations;
  issuer: Holders;
  verifier: Pick<Verifier, 'verify'>;
};

export type Wallets = {
  /**
   * Makes a claim link for one's own certificate; the link before it ends. It is answered this once: its secret is kept
   * nowhere, nor is the transaction code that the holder may ask for.
   * @throws DomainError `not-found`, `certificate-withdrawn`, `certificate-not-issued`
   */
  openLink(
    identifier: string,
    accountId: string,
    choice?: { withTransactionCode: boolean },
  ): Promise<OpenedInteraction>;
  /** Ends the open link, if there is one. @throws DomainError `not-found` */
  endLink(identifier: string, accountId: string): Promise<void>;
  /** @throws DomainError `not-found` */
  standing(identifier: string, accountId: string): Promise<Standing>;
  /** What a link leads to. Asking uses nothing up. @throws DomainError `claim-link-ended` */
  interaction(secret: string): Promise<Interaction>;
  routes: Router;
  /** Asks holders to present a certificate from a wallet. */
  presenting: Presenting;
  /** OpenID4VCI and OpenID4VP 1.0: routes that read their own bodies. */
  openid: readonly Router[];
  /** Removes what has run out: links, challenges, requests with what came of them. */
  sweep(): Promise<void>;
  personalData: PersonalDataProvider;
};

/** Takes certificates to the wallets of their holders. */
export const createWallets = (deps: WalletsDeps): Wallets => {
  const { clock, random, issuer, limits } = deps;
  const { baseUrl } = deps.config;
  const claims = createClaimStore(deps.connection);
  const take = createTakeCertificate({ claims, issuer, clock });
  const openid = createOpenid({ ...deps, claims, take });
  const { presenting, requests, routes } = createPresenting({
    ...deps,
    verify: (credential) => deps.verifier.verify(credential),
  });
  const personalData = createPersonalData({ claims, nonces: openid.nonces, requests });

  const ownCertificate = async (identifier: string, accountId: string) => {
    const certificate = await issuer.certificate(identifier);
    if (!certificate || certificate.state === 'redacted' || certificate.accountId !== accountId)
      throw notFound();
    return certificate;
  };

  return {
    openLink: async (identifier, accountId, { withTransactionCode } = { withTransactionCode: false }) => {
      const { state } = await ownCertificate(identifier, accountId);
      if (state === 'issuing') throw new DomainError('conflict', 'certificate-not-issued');
      if (state !== 'valid') throw new DomainError('conflict', 'certificate-withdrawn');
      const opened = newClaimLink(identifier, { random, now: clock.now(), withTransactionCode });
      await claims.open(opened.link, accountId);
      const { transactionCode } = opened;
      return { ...interactionOf(opened.link, opened.secrets, baseUrl), transactionCode };
    },
    endLink: async (identifier, accountId) => {
      await ownCertificate(identifier, accountId);
      await claims.end(identifier);
    },
    standing: async (identifier, accountId) => {
      await ownCertificate(identifier, accountId);
      return claims.standing(identifier, clock.now());
    },
    interaction: async (secret) => {
      const link = await claims.find('linkHash', hashOf(secret), clock.now());
      if (!link) throw linkEnded();
      return interactionOf(link, secretsOf(secret), baseUrl);
    },
    routes: createWalletRoutes({
      limits,
      exchange: createExchange({ claims, take, clock, domain: baseUrl }),
    }),
    presenting,
    openid: [openid.routes, routes],
    sweep: async () => {
      await personalData.expire?.(clock.now());
    },
    personalData,
  };
};
