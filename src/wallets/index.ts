import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { hashOf, newClaimLink, secretsOf } from './claim-link.ts';
import { createClaimStore, type Standing } from './claim-store.ts';
import { type Interaction, interactionOf } from './interaction.ts';
import { createPersonalData } from './personal-data.ts';
import { createWalletRoutes } from './routes.ts';
import { createTakeCertificate, type Holders, linkEnded } from './take-certificate.ts';
import { createExchange } from './vcapi/exchange.ts';

export { type Claim, linkMinutes, type Protocol } from './claim-link.ts';
export type { Standing } from './claim-store.ts';
export type { Interaction } from './interaction.ts';

type WalletsDeps = {
  config: Pick<Config, 'baseUrl'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  limits: Pick<RateLimits, 'perAddress'>;
  issuer: Holders;
};

export type Wallets = {
  /**
   * Makes a claim link for one's own certificate; the link before it ends. It is answered this once: its secret is kept
   * nowhere.
   * @throws DomainError `not-found`, `certificate-withdrawn`, `certificate-not-issued`
   */
  openLink(identifier: string, accountId: string): Promise<Interaction>;
  /** Ends the open link, if there is one. @throws DomainError `not-found` */
  endLink(identifier: string, accountId: string): Promise<void>;
  /** @throws DomainError `not-found` */
  standing(identifier: string, accountId: string): Promise<Standing>;
  /** What a link leads to. Asking uses nothing up. @throws DomainError `claim-link-ended` */
  interaction(secret: string): Promise<Interaction>;
  routes: Router;
  personalData: PersonalDataProvider;
};

/** Takes certificates to the wallets of their holders. */
export const createWallets = (deps: WalletsDeps): Wallets => {
  const { clock, random, issuer, limits } = deps;
  const { baseUrl } = deps.config;
  const claims = createClaimStore(deps.connection);
  const take = createTakeCertificate({ claims, issuer, clock });

  const ownCertificate = async (identifier: string, accountId: string) => {
    const certificate = await issuer.certificate(identifier);
    if (!certificate || certificate.state === 'redacted' || certificate.accountId !== accountId)
      throw notFound();
    return certificate;
  };

  return {
    openLink: async (identifier, accountId) => {
      const { state } = await ownCertificate(identifier, accountId);
      if (state === 'issuing') throw new DomainError('conflict', 'certificate-not-issued');
      if (state !== 'valid') throw new DomainError('conflict', 'certificate-withdrawn');
      const { link, secrets } = newClaimLink(identifier, { random, now: clock.now() });
      await claims.open(link, accountId);
      return interactionOf(link, secrets, baseUrl);
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
    personalData: createPersonalData(claims),
  };
};
