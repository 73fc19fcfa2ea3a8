import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { notFound } from '../../platform/errors.ts';
import { enrolmentOf, enrolmentOrigin, type Visibility } from '../certificate.ts';
import type { CertificateStore } from '../certificate-store.ts';
import { createCurrent } from '../current-certificate.ts';
import type { LifetimeStore } from './lifetime-store.ts';
import { createRemindOfExpiry } from './remind-of-expiry.ts';

type Deps = {
  certificates: CertificateStore;
  lifetimes: LifetimeStore;
  clock: Clock;
  outbox: Outbox;
};

export type VisibilityChoice = { identifier: string; accountId: string; visibility: Visibility };

export type Lifetime = {
  /** From when on the certificate of a completed enrolment may be renewed; nothing when it may not. */
  renewableFrom(enrolmentId: string): Promise<Date | undefined>;
  /** The completed enrolment that a certificate, or the one whose place it took, was issued for. */
  enrolmentBehind(identifier: string): Promise<string | undefined>;
  /** Reminds holders 90, 30 and 7 days before the end, once each; answers how many. Safe to repeat and to skip. */
  remindOfExpiry(): Promise<number>;
  /** Who sees a certificate by its number, as its holder chooses; in force at once. @throws DomainError `not-found` */
  setVisibility(choice: VisibilityChoice): Promise<void>;
};

/** What time and the holder do to a certificate that stands. */
export const createLifetime = ({ certificates, lifetimes, clock, outbox }: Deps): Lifetime => {
  const currentOf = createCurrent(certificates);
  return {
    renewableFrom: async (enrolmentId) => {
      const certificate = await currentOf(enrolmentOrigin(enrolmentId));
      if (certificate?.state !== 'valid' || certificate.renewedBy) return undefined;
      return certificate.renewableFrom;
    },
    enrolmentBehind: async (identifier) => {
      let certificate = await certificates.byIdentifier(identifier);
      while (certificate?.supersedes) certificate = await certificates.byIdentifier(certificate.supersedes);
      return certificate && enrolmentOf(certificate);
    },
    remindOfExpiry: createRemindOfExpiry({ lifetimes, clock, outbox }),
    setVisibility: async ({ visibility, ...held }) => {
      if (!(await lifetimes.setVisibility(held, visibility))) throw notFound();
    },
  };
};
