import type { Router } from 'express';
import type { Clock } from '../platform/clock.ts';
import { type PersonalDataProvider, storesNone } from '../platform/personal-data.ts';
import type { TrustedIssuers } from './checks/issuer.ts';
import type { FetchDocument } from './checks/status.ts';
import type { Report } from './report.ts';
import { createVerifierRoutes } from './routes.ts';
import { createVerify } from './verify.ts';

export { type Input, maxInputBytes, type ReadInput, readInput } from './read-input.ts';
export type {
  Check,
  CheckName,
  CoSignature,
  Facts,
  Outcome,
  Report,
  Verdict,
} from './report.ts';

/** When and why the issuer withdrew a credential, where it publishes that; asked only for one that is withdrawn. */
export type RevocationOf = (credentialId: string) => Promise<{ at: Date; reason: string } | undefined>;

type VerifierDeps = {
  trustedIssuers: TrustedIssuers;
  fetchDocument: FetchDocument;
  revocationOf: RevocationOf;
  clock: Clock;
};

export type Verifier = {
  /** Runs every check on a credential, parsed or as text. Never rejects for what it says. */
  verify(input: unknown): Promise<Report>;
  routes: Router;
  personalData: PersonalDataProvider;
};

/** Verifies credentials with nothing but what is published. Keeps no request. */
export const createVerifier = (deps: VerifierDeps): Verifier => {
  const check = createVerify(deps);

  const verify = async (input: unknown): Promise<Report> => {
    const report = await check(input);
    const id = report.facts?.credentialId;
    if (report.verdict !== 'not_valid' || id === undefined) return report;
    return { ...report, revocation: await deps.revocationOf(id) };
  };

  return {
    verify,
    routes: createVerifierRoutes(verify),
    personalData: storesNone(
      'verifier',
      'It verifies what it is shown in memory and keeps neither the request nor the address it came from.',
    ),
  };
};
