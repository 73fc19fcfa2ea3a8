import type { Router } from 'express';
import type { Clock } from '../platform/clock.ts';
import { type PersonalDataProvider, storesNone } from '../platform/personal-data.ts';
import type { TrustedIssuers } from './checks/issuer.ts';
import type { FetchDocument } from './checks/status.ts';
import type { CheckName, Report } from './report.ts';
import { createVerifierRoutes } from './routes.ts';
import { createVerify } from './verify.ts';
import { createVerifyPresentation, type Occasion, type PresentationReport } from './verify-presentation.ts';

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

export type { Occasion, PresentationReport } from './verify-presentation.ts';

/** When and why the issuer withdrew a credential, where it publishes that; asked only for one that is withdrawn. */
export type RevocationOf = (credentialId: string) => Promise<{ at: Date; reason: string } | undefined>;

type VerifierDeps = {
  trustedIssuers: TrustedIssuers;
  fetchDocument: FetchDocument;
  revocationOf: RevocationOf;
  clock: Clock;
};

export type Verifier = {
  /**
   * Runs every check on a credential: parsed, as text, as compact JWS or in an envelope. `asked` narrows what is vouched
   * for beside form and signature; bad news is told all the same. Never rejects for what it says.
   */
  verify(input: unknown, asked?: readonly CheckName[]): Promise<Report>;
  /** Who presents, and what; see `verifyPresentation` of `vc` for the proof of the holder alone. */
  verifyPresentation(
    input: unknown,
    occasion: Occasion,
    asked?: readonly CheckName[],
  ): Promise<PresentationReport>;
  routes: Router;
  personalData: PersonalDataProvider;
};

/** Verifies credentials with nothing but what is published. Keeps no request. */
export const createVerifier = (deps: VerifierDeps): Verifier => {
  const { verify: check, checkPresentation } = createVerify(deps);

  const verify = async (input: unknown, asked?: readonly CheckName[]): Promise<Report> => {
    const report = await check(input, asked);
    const id = report.facts?.credentialId;
    if (report.verdict !== 'not_valid' || id === undefined) return report;
    return { ...report, revocation: await deps.revocationOf(id) };
  };

  const verifyPresentation = createVerifyPresentation({
    verify,
    checkPresentation,
    now: () => deps.clock.now(),
  });

  return {
    verify,
    verifyPresentation,
    routes: createVerifierRoutes({ verify, verifyPresentation }),
    personalData: storesNone(
      'verifier',
      'It verifies what it is shown in memory and keeps neither the request nor the address it came from.',
    ),
  };
};
