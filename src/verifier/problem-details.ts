import type { Words } from '../platform/i18n.ts';
import type { Check, Report } from './report.ts';

/** A problem of what was verified, not of the request (RFC 9457; VC Data Model 2.0, 7.2). */
export type ProblemDetail = { type: string; title: string; detail: string; reason: string };

const dataModel = 'https://www.w3.org/TR/vc-data-model#';
const statusList = 'https://www.w3.org/TR/vc-bitstring-status-list#';

const parsing = ['not-json', 'not-an-object', 'broken-characters', 'jws-malformed', 'envelope-malformed'];
const ofStatus: Readonly<Record<string, string>> = {
  'list-unreachable': 'STATUS_RETRIEVAL_ERROR',
  'list-too-short': 'STATUS_LIST_LENGTH_ERROR',
  'index-out-of-range': 'RANGE_ERROR',
};

/** The standards name some problems; a withdrawal is none of theirs. */
const typeOf = ({ name, outcome, reason }: Check): string => {
  if (name === 'format')
    return `${dataModel}${parsing.includes(reason) ? 'PARSING_ERROR' : 'MALFORMED_VALUE_ERROR'}`;
  if (name === 'signature') return `${dataModel}CRYPTOGRAPHIC_SECURITY_ERROR`;
  if (name === 'dates') return `${dataModel}RANGE_ERROR`;
  if (outcome === 'failed') return '/problems/certificate-withdrawn';
  return `${statusList}${ofStatus[reason] ?? 'STATUS_VERIFICATION_ERROR'}`;
};

/** One entry for each check that did not pass, save those not reached and not asked for. Who the issuer is, is no problem. */
export const problemDetailsOf = ({ checks }: Report, words: Words): readonly ProblemDetail[] =>
  checks
    .filter(({ name, outcome }) => name !== 'issuer' && outcome !== 'passed')
    .filter(({ reason }) => reason !== 'not-reached' && reason !== 'not-asked')
    .map((check) => ({
      type: typeOf(check),
      title: words(`verify:checks.${check.name}`),
      detail: words(`verify:reasons.${check.name}.${check.outcome}`, { reason: check.reason }),
      reason: check.reason,
    }));
