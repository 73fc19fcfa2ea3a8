import { type Issuer, readIdentifier } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import { type PersonalDataProvider, storesNone } from '../platform/personal-data.ts';
import type { Verifier } from '../verifier/index.ts';
import { type CertificateVerdicts, createCertificateVerdicts } from './certificate-verdicts.ts';
import { createDeskChecks, type DeskChecks } from './verify-brought.ts';

export type { CertificateVerdict, CertificateVerdicts, ErasedRecord } from './certificate-verdicts.ts';
export { type Finding, type UnreadableReason, verdictOf } from './finding.ts';

type DeskDeps = { issuer: Issuer; verifier: Verifier; clock: Clock };

export type Desk = DeskChecks & {
  /** What is said of our certificates by their number, kept in memory while it holds. */
  verdicts: CertificateVerdicts;
  personalData: PersonalDataProvider;
};

/** Where anybody has certificates verified: one at a time or many, with a receipt for the file. */
export const createDesk = ({ issuer, verifier, clock }: DeskDeps): Desk => {
  const verdicts = createCertificateVerdicts({ issuer, verifier, clock });
  return {
    ...createDeskChecks({ verifier, verdicts, readIdentifier }),
    verdicts,
    personalData: storesNone('desk', 'It examines what it is shown in memory and keeps nothing of it.'),
  };
};
