import type { Clock } from '../platform/clock.ts';
import {
  createDocumentLoader,
  type DidResolver,
  type JsonObject,
  type PresentationCheck,
  resolveDid,
  verifyPresentation,
} from '../vc/index.ts';
import { checkDates } from './checks/dates.ts';
import { checkFormat } from './checks/format.ts';
import { checkIssuer, type TrustedIssuers } from './checks/issuer.ts';
import { checkSignature } from './checks/signature.ts';
import { checkStatus, type FetchDocument } from './checks/status.ts';
import { factsOf } from './facts.ts';
import {
  type Check,
  type CheckName,
  type CoSignature,
  checkNames,
  couldNotTell,
  notAsked,
  type Report,
  verdictOf,
} from './report.ts';
import type { Occasion } from './verify-presentation.ts';

export type VerifyDeps = {
  trustedIssuers: TrustedIssuers;
  /** DID documents and status lists; the addresses of our own host are answered in process. */
  fetchDocument: FetchDocument;
  clock: Clock;
};

const notReached = (name: CheckName): Check => couldNotTell(name, 'not-reached');

/** Every check has its line in the report, also those that an earlier failure made pointless. */
const reportOf = (
  checks: readonly Check[],
  checkedAt: Date,
  shown: { credential?: JsonObject; coSignatures?: readonly CoSignature[] } = {},
): Report => {
  const all = checkNames.map((name) => checks.find((check) => check.name === name) ?? notReached(name));
  return {
    verdict: verdictOf(all),
    checkedAt,
    checks: all,
    facts: shown.credential && factsOf(shown.credential),
    coSignatures: shown.coSignatures ?? [],
    revocation: undefined,
  };
};

/**
 * Verifies as a stranger would: from the document, published keys and published lists alone. Nothing of the content is
 * in the report unless the signature holds. Form and signature are always checked; of the others `asked` says which are
 * vouched for. Never rejects for what the document says.
 */
export const createVerify = ({ trustedIssuers, fetchDocument, clock }: VerifyDeps) => {
  const documentLoader = createDocumentLoader();
  const resolve: DidResolver = (did) => resolveDid(did, { fetchDocument });

  const isAuthentic = async (list: JsonObject): Promise<boolean> => {
    const { check } = await checkSignature(list, { documentLoader, resolveDid: resolve, now: clock.now() });
    return check.outcome === 'passed';
  };

  const verify = async (input: unknown, asked: readonly CheckName[] = checkNames): Promise<Report> => {
    const now = clock.now();
    const { check: format, credential } = checkFormat(input);
    if (!credential) return reportOf([format], now);
    const deps = { documentLoader, resolveDid: resolve, now };
    const { check: signature, coSignatures } = await checkSignature(credential, deps, input);
    if (signature.outcome !== 'passed') return reportOf([format, signature], now);
    const issuer = await checkIssuer(credential, trustedIssuers);
    const alwaysLists = issuer.outcome === 'passed';
    const status = await checkStatus(credential, { fetchDocument, isAuthentic, now, alwaysLists });
    const asAsked = [issuer, status, checkDates(credential, now)].map((check) =>
      asked.includes(check.name) || check.outcome === 'failed' ? check : notAsked(check.name),
    );
    return reportOf([format, signature, ...asAsked], now, { credential, coSignatures });
  };

  const checkPresentation = (input: unknown, occasion: Occasion): Promise<PresentationCheck> =>
    verifyPresentation(input, { ...occasion, documentLoader, resolveDid: resolve, now: clock.now() });

  return { verify, checkPresentation };
};
