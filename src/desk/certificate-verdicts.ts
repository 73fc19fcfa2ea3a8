import type { Issuer, PublicRecord } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Report, Verifier } from '../verifier/index.ts';

/** What is said of a number that reads well. `json` is the whole answer for a program, made once for a kept report. */
export type CertificateVerdict =
  | { kind: 'unknown' }
  | { kind: 'erased'; record: ErasedRecord }
  /** Its holder keeps it to themself: whoever has the file can verify that. */
  | { kind: 'private' }
  | {
      kind: 'report';
      report: Report;
      credential: CredentialRecord['credential'];
      listed: boolean;
      renewedBy: string | undefined;
      json: Buffer;
    };

export type ErasedRecord = Extract<PublicRecord, { kind: 'redacted' }>;
type CredentialRecord = Extract<PublicRecord, { kind: 'credential' }>;

type Deps = {
  issuer: Pick<
    Issuer,
    | 'publicRecord'
    | 'publicRecordAtOnce'
    | 'publicDocument'
    | 'publicDocumentAtOnce'
    | 'didDocumentUrl'
    | 'keyHistory'
    | 'keyHistoryAtOnce'
  >;
  verifier: Pick<Verifier, 'verify'>;
  clock: Clock;
};

export type CertificateVerdicts = {
  /** The kept report of a certificate as JSON, if it still holds and that can be said at once. */
  keptAtOnce(identifier: string): Buffer | undefined;
  /** The verdict, kept if it still holds. `anew`: every check is made now. */
  of(identifier: string, options?: { anew: boolean }): Promise<CertificateVerdict>;
};

/** A report, and what it was made from: it holds until one of these changes or a date in them comes. */
type Kept = {
  verdict: Extract<CertificateVerdict, { kind: 'report' }>;
  urls: readonly string[];
  documents: readonly (object | undefined)[];
  until: number;
};

/** Even when nothing has changed, checks are made again after this, in milliseconds. */
const keptFor = 60_000;

/**
 * A withdrawal counts from the moment it is recorded, also in the blink before the published list shows it, or while the
 * list cannot be signed.
 */
const withRecord = (report: Report, { revocation, suspension }: CredentialRecord): Report => {
  const signed = report.checks.some(({ name, outcome }) => name === 'signature' && outcome === 'passed');
  const listed = report.checks.find(({ name }) => name === 'status')?.reason;
  if (!signed || listed === 'revoked') return report;
  if (revocation) return { ...withStatus(report, 'not-yet-listed'), verdict: 'not_valid', revocation };
  if (!suspension || listed === 'suspended') return report;
  return { ...withStatus(report, 'suspension-not-yet-listed'), verdict: 'verified_not_current', suspension };
};

/** A certificate that was replaced says no wrong name any more; whoever has its file sees what that says. */
const withoutFormerName = (report: Report, { revocation }: CredentialRecord): Report =>
  revocation?.replacedBy === undefined ? report : { ...report, facts: undefined };

const withStatus = (report: Report, reason: string): Report => {
  const status = { name: 'status', outcome: 'failed', reason, evidence: {} } as const;
  return { ...report, checks: report.checks.map((check) => (check.name === 'status' ? status : check)) };
};

const listsNamedIn = (status: unknown): string[] =>
  [status].flat().flatMap((entry) => {
    const url = (entry as { statusListCredential?: unknown } | undefined)?.statusListCredential;
    return typeof url === 'string' ? [url] : [];
  });

const moments = new WeakMap<object, readonly number[]>();
/** Every moment that a document names: at each of them a check may turn out otherwise. */
const momentsIn = (document: object): readonly number[] => {
  const known = moments.get(document);
  if (known) return known;
  const texts = JSON.stringify(document).match(/"\d{4}-\d\d-\d\dT[^"]{1,40}"/g) ?? [];
  const found = texts.map((text) => new Date(text.slice(1, -1)).getTime()).filter(Number.isFinite);
  moments.set(document, found);
  return found;
};

/**
 * What is said of our certificates by their number. The checks are the verifier's, made as a stranger would make them; a
 * report is kept in memory while the record, the keys and the lists it was made from stay what they are.
 */
export const createCertificateVerdicts = ({ issuer, verifier, clock }: Deps): CertificateVerdicts => {
  // Goes with the copy of the record: what is no longer in memory there has no verdict here.
  const reports = new WeakMap<PublicRecord, Kept>();

  const holds = ({ until }: Kept): boolean => clock.now().getTime() < until;

  /** The keys, then the documents. */
  const documentsAt = (urls: readonly string[]): Promise<(object | undefined)[]> =>
    Promise.all([
      issuer.keyHistory(),
      ...urls.map((url) => issuer.publicDocument(url).catch(() => undefined)),
    ]);

  const sameAtOnce = ({ urls, documents: [keys, ...documents] }: Kept): boolean =>
    issuer.keyHistoryAtOnce() === keys &&
    urls.every((url, i) => issuer.publicDocumentAtOnce(url) === documents[i]);

  const make = async (identifier: string, record: CredentialRecord): Promise<Kept> => {
    const urls = [issuer.didDocumentUrl, ...listsNamedIn(record.credential.credentialStatus)];
    // Read before the checks and again after them: what was the same both times is what the checks saw.
    const before = await documentsAt(urls);
    const report = withoutFormerName(withRecord(await verifier.verify(record.credential), record), record);
    const after = await documentsAt(urls);
    const { credential, listed, renewedBy } = record;
    const json = Buffer.from(JSON.stringify({ identifier, ...report, renewedBy }));
    const verdict = { kind: 'report', report, credential, listed, renewedBy, json } as const;
    const kept: Kept = { verdict, urls, documents: after, until: 0 };
    const settled = after.every((document, i) => document !== undefined && document === before[i]);
    if (settled) reports.set(record, { ...kept, until: endOf(record, after, report.checkedAt.getTime()) });
    return kept;
  };

  const endOf = (
    record: CredentialRecord,
    documents: readonly (object | undefined)[],
    from: number,
  ): number =>
    [record.credential, ...documents]
      .flatMap((document) => (document ? momentsIn(document) : []))
      .reduce((end, moment) => (moment > from && moment < end ? moment : end), from + keptFor);

  return {
    keptAtOnce: (identifier) => {
      const record = issuer.publicRecordAtOnce(identifier);
      const kept = record && reports.get(record);
      if (!kept || !holds(kept)) return undefined;
      return sameAtOnce(kept) ? kept.verdict.json : undefined;
    },
    of: async (identifier, { anew } = { anew: false }) => {
      const record = await issuer.publicRecord(identifier);
      if (!record) return { kind: 'unknown' };
      if (record.kind === 'private') return { kind: 'private' };
      if (record.kind === 'redacted') return { kind: 'erased', record };
      const kept = reports.get(record);
      if (!anew && kept && holds(kept)) {
        const now = await documentsAt(kept.urls);
        if (now.every((document, i) => document === kept.documents[i])) return kept.verdict;
      }
      return (await make(identifier, record)).verdict;
    },
  };
};
