import type { Words } from '../platform/i18n.ts';
import { type ProblemDetail, problemDetailsOf } from './problem-details.ts';
import { type Check, type CheckName, isVerified, type Report } from './report.ts';
import type { CredentialOptions, PresentationOptions } from './request.ts';
import type { PresentationReport } from './verify-presentation.ts';

type Shown = Pick<CredentialOptions, 'returnProblemDetails' | 'returnResults'>;

/** How each property of the credential fared (VCALM 1.0, 3.3.1). */
const resultsOf = ({ checks, facts }: Report) => {
  const passed = (name: CheckName): boolean =>
    checks.find((check: Check) => check.name === name)?.outcome === 'passed';
  const at = (input: string | undefined) => (input ? { verified: passed('dates'), input } : undefined);
  return {
    proof: [{ verified: passed('signature') }],
    credentialStatus: [{ verified: passed('status') }],
    validFrom: at(facts?.validFrom),
    validUntil: at(facts?.validUntil),
  };
};

/**
 * The answer about one credential. `verified` is true only where the verdict says so, and the verdict stands beside it:
 * a set status bit or a date that is past never hides behind it.
 */
export const credentialResult = (report: Report, options: Shown, words: Words) => {
  const problems = options.returnProblemDetails ? problemDetailsOf(report, words) : [];
  return {
    verified: isVerified(report.verdict),
    verdict: report.verdict,
    checkedAt: report.checkedAt,
    checks: report.checks,
    ...(report.coSignatures.length > 0 ? { coSignatures: report.coSignatures } : {}),
    ...(report.revocation ? { revocation: report.revocation } : {}),
    ...(report.suspension ? { suspension: report.suspension } : {}),
    ...(problems.length > 0 ? { problemDetails: problems } : {}),
    ...(options.returnResults ? { results: resultsOf(report) } : {}),
  };
};

const presentationProblem = ({ holder }: PresentationReport, words: Words): readonly ProblemDetail[] => {
  if (holder.outcome === 'proven') return [];
  const shape = holder.reason === 'not-a-presentation';
  const sentence = { failed: 'failed', 'could-not-tell': 'could-not-tell', 'not-proven': 'not-proven' }[
    holder.outcome
  ];
  return [
    {
      type: `https://www.w3.org/TR/vc-data-model#${shape ? 'MALFORMED_VALUE_ERROR' : 'CRYPTOGRAPHIC_SECURITY_ERROR'}`,
      title: words('verify:presentation.holder'),
      detail: words(`verify:presentation.${sentence}`, { reason: holder.reason }),
      reason: holder.reason,
    },
  ];
};

const presentedResults = (
  { holder, proofs }: PresentationReport,
  { challenge, domain }: PresentationOptions,
) => {
  const proven = holder.outcome === 'proven';
  return {
    ...(challenge === undefined ? {} : { challenge: { verified: proven, input: challenge } }),
    ...(domain === undefined ? {} : { domain: { verified: proven, input: domain } }),
    ...(proven ? { holder: { verified: true, input: holder.did } } : {}),
    proof: proofs.map(({ outcome, verificationMethod }) => ({
      verified: outcome === 'passed',
      input: verificationMethod,
    })),
  };
};

/** The answer about a presentation: who presents, then each credential as if it had come alone. */
export const presentationResult = (
  report: PresentationReport,
  options: PresentationOptions,
  words: Words,
) => {
  const problems = options.returnProblemDetails ? presentationProblem(report, words) : [];
  const { verified, checkedAt, holder, faults, credentials } = report;
  return {
    verified,
    checkedAt,
    holder,
    ...(faults.length > 0 ? { faults } : {}),
    ...(problems.length > 0 ? { problemDetails: problems } : {}),
    credentials: credentials.map((credential) => credentialResult(credential, options, words)),
    ...(options.returnResults ? { results: { presentation: presentedResults(report, options) } } : {}),
  };
};
