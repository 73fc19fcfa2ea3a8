import type { Clock } from '../platform/clock.ts';
import {
  type CompactTable,
  createDocumentLoader,
  type DidResolver,
  type JsonObject,
  type PresentationCheck,
  resolveDid,
  verifyPresentation,
  withKeyHistory,
} from '../vc/index.ts';
import { checkDates } from './checks/dates.ts';
import { readFormat } from './checks/format.ts';
import {
  checkIssuer,
  isSameIssuer,
  issuerIdOf,
  type TrustedIssuer,
  type TrustedIssuers,
} from './checks/issuer.ts';
import { checkSignature } from './checks/signature.ts';
import { checkStatus, type FetchDocument } from './checks/status.ts';
import { factsOf } from './facts.ts';
import type { ListedIssuer } from './listed-issuer.ts';
import { receiptItemsOf } from './receipt-items.ts';
import {
  type Check,
  type CheckName,
  type CoSignature,
  checkNames,
  couldNotTell,
  isOwn,
  notAsked,
  type Report,
  verdictOf,
} from './report.ts';
import type { Occasion } from './verify-presentation.ts';

export type VerifyDeps = {
  trustedIssuers: TrustedIssuers;
  /** DID documents and status lists; the addresses of our own host are answered in process. */
  fetchDocument: FetchDocument;
  /** The published table that a printed code names. Without it, printed codes are known but not read. */
  compactTable?(registryEntryId: number): Promise<CompactTable | undefined>;
  /**
   * What stands for the state of the keys: the same object as long as nothing changed. Given, a list that `fetchDocument`
   * answers as the same object again need not have its signature checked again.
   */
  keyState?: (() => Promise<object | undefined>) | undefined;
  /** What is known of issuers other than us. */
  listedIssuers?: readonly ListedIssuer[];
  /** Whether an address is one under which this service keeps its verification receipts. */
  isReceipt?(credentialId: string): boolean;
  clock: Clock;
};

const notReached = (name: CheckName): Check => couldNotTell(name, 'not-reached');

const noTable = async (): Promise<undefined> => undefined;

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
    suspension: undefined,
  };
};

const asReceipt = (report: Report, credential: JsonObject): Report => ({
  ...report,
  verdict: report.verdict === 'verified' ? 'receipt' : report.verdict,
  receipt: receiptItemsOf(credential),
});

/**
 * Verifies as a stranger would: from the document, published keys and published lists alone. Nothing of the content is
 * in the report unless the signature holds. Form and signature are always checked; of the others `asked` says which are
 * vouched for. Never rejects for what the document says.
 */
export const createVerify = ({
  trustedIssuers,
  fetchDocument,
  compactTable = noTable,
  keyState,
  listedIssuers = [],
  isReceipt = () => false,
  clock,
}: VerifyDeps) => {
  const documentLoader = createDocumentLoader();

  /** The DID documents of those we vouch for, with what we know of their keys. */
  const resolverFor =
    (trusted: readonly TrustedIssuer[]): DidResolver =>
    async (did) => {
      const resolution = await resolveDid(did, { fetchDocument });
      const keys = trusted.find((issuer) => issuer.did === did)?.keys;
      if (!keys || resolution.outcome === 'unresolved') return resolution;
      return { outcome: 'resolved', document: withKeyHistory(resolution.document, keys) };
    };

  const judge = async (list: JsonObject, resolve: DidResolver): Promise<boolean> => {
    const signing = { documentLoader, resolveDid: resolve, now: clock.now(), revokesCompromised: false };
    const { check } = await checkSignature(list, signing);
    return check.outcome === 'passed';
  };

  const authentic = new WeakMap<object, WeakSet<JsonObject>>();
  const isAuthentic = async (list: JsonObject, resolve: DidResolver): Promise<boolean> => {
    const keys = await keyState?.();
    // The proofs of a list of ours have no end of their own: only its bytes and the keys decide.
    if (!keys) return judge(list, resolve);
    const known = authentic.get(keys) ?? new WeakSet<JsonObject>();
    if (known.has(list)) return true;
    if (!(await judge(list, resolve))) return false;
    authentic.set(keys, known.add(list));
    return true;
  };

  const verify = async (input: unknown, asked: readonly CheckName[] = checkNames): Promise<Report> => {
    const now = clock.now();
    const read = await readFormat(input, { tableOf: compactTable, documentLoader });
    const { check: format, credential, secured } = read;
    if (!credential) return reportOf([format], now);
    const trusted = await trustedIssuers();
    const resolve = resolverFor(trusted);
    const issuer = checkIssuer(credential, trusted, { listed: listedIssuers, now });
    const own = isOwn({ checks: [issuer] });
    const receipt = own && isReceipt(String(credential.id));
    const isTrusted = trusted.some(({ did }) => did === issuerIdOf(credential));
    const signing = { documentLoader, resolveDid: resolve, now, revokesCompromised: isTrusted };
    const { check: signature, coSignatures } = await checkSignature(credential, signing, secured);
    if (signature.outcome !== 'passed') return reportOf([format, signature], now);
    const status = await checkStatus(credential, {
      fetchDocument,
      isAuthentic: (list) => isAuthentic(list, resolve),
      isSameIssuer: (a, b) => isSameIssuer(a, b, trusted),
      now,
      // A receipt says what was found at a moment: nothing happens to it afterwards.
      alwaysLists: own && !receipt,
    });
    const asAsked = [issuer, status, checkDates(credential, now)].map((check) =>
      asked.includes(check.name) || check.outcome === 'failed' ? check : notAsked(check.name),
    );
    const report = reportOf([format, signature, ...asAsked], now, { credential, coSignatures });
    return receipt ? asReceipt(report, credential) : report;
  };

  const checkPresentation = async (input: unknown, occasion: Occasion): Promise<PresentationCheck> => {
    const resolve = resolverFor(await trustedIssuers());
    return verifyPresentation(input, { ...occasion, documentLoader, resolveDid: resolve, now: clock.now() });
  };

  return { verify, checkPresentation };
};
