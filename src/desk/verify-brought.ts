import type { readIdentifier as ReadIdentifier } from '../issuer/index.ts';
import { looksLikePicture } from '../platform/pdf/index.ts';
import { looksCompact } from '../vc/index.ts';
import { type Input, type Report, readInput, type Verifier } from '../verifier/index.ts';
import type { CertificateVerdicts } from './certificate-verdicts.ts';
import type { Finding } from './finding.ts';
import { numberIn } from './number-in.ts';

type Deps = {
  verifier: Pick<Verifier, 'verify' | 'compareSheet' | 'numberOn' | 'codesIn'>;
  verdicts: Pick<CertificateVerdicts, 'of'>;
  readIdentifier: typeof ReadIdentifier;
};

/** Longer than any number or address of one. */
const maxTyped = 500;

export type DeskChecks = {
  /** What stands behind a number as people type it, or the address of its page. */
  lookUp(typed: string): Promise<Finding>;
  /** Finds out what was brought, and what is to be said of it. Never rejects for what it says. */
  examine(input: Input): Promise<Finding>;
};

/** Examines what somebody brings to the desk: a number, a signed text, a PDF, a picture of a code. Keeps nothing. */
export const createDeskChecks = ({ verifier, verdicts, readIdentifier }: Deps): DeskChecks => {
  /** A page that bears a number and has lost its record is compared with the record behind the number. */
  const ofRecord = async (identifier: string, pdf?: Uint8Array): Promise<Finding> => {
    const verdict = await verdicts.of(identifier);
    if (verdict.kind === 'unknown') return { kind: 'unknown', identifier, why: 'not-ours' };
    if (verdict.kind === 'erased') return { kind: 'erased', identifier, record: verdict.record };
    if (verdict.kind === 'private') return { kind: 'private', identifier };
    const { report, credential, listed, renewedBy } = verdict;
    const compared = pdf && (await verifier.compareSheet(report, { pdf, credential, record: 'fetched' }));
    const register = { listed, renewedBy };
    return { kind: 'report', report: compared ?? report, credential, identifier, register };
  };

  const lookUp = async (typed: string): Promise<Finding> => {
    const number = numberIn(typed.slice(0, maxTyped));
    const read = readIdentifier(number);
    if (read.outcome === 'read') return ofRecord(read.identifier);
    const why = read.outcome === 'mistyped' ? 'mistyped' : 'not-a-number';
    return { kind: 'unknown', identifier: number, why };
  };

  const ofDocument = async (document: unknown): Promise<Finding> => ({
    kind: 'report',
    report: await verifier.verify(document),
    credential: document,
    identifier: undefined,
  });

  /** The code that leads to our record comes first: it says what is true today; the other one carries a record itself. */
  const ofPicture = async (picture: Uint8Array): Promise<Finding> => {
    const read = await verifier.codesIn(picture);
    if ('refused' in read) return { kind: 'unreadable', reason: read.refused };
    const numbers = read.codes.map((text) => readIdentifier(numberIn(text)));
    const number = numbers.find((one) => one.outcome === 'read');
    if (number?.outcome === 'read') return ofRecord(number.identifier);
    const compact = read.codes.find(looksCompact);
    if (compact) return ofDocument(compact);
    const reason = read.codes.length > 0 ? 'picture-of-another-code' : 'picture-without-code';
    return { kind: 'unreadable', reason };
  };

  const examine = async (input: Input): Promise<Finding> => {
    if (
      input.kind === 'text' &&
      readIdentifier(numberIn(input.text.slice(0, maxTyped))).outcome !== 'not-an-identifier'
    )
      return lookUp(input.text);
    const read = await readInput(input);
    const bytes = input.kind === 'file' ? input.bytes : new Uint8Array();
    if (read.ok) {
      const report = await verifier.verify(read.document);
      const told: Report = read.presented ? { ...report, presented: true } : report;
      const question = { pdf: bytes, credential: read.document, record: 'attached' } as const;
      return {
        kind: 'report',
        report: read.from === 'pdf' ? await verifier.compareSheet(told, question) : told,
        credential: read.document,
        identifier: undefined,
      };
    }
    const unknown = read.reason === 'unknown-type';
    if (unknown && looksLikePicture(bytes)) return ofPicture(bytes);
    const number = read.reason === 'pdf-without-credential' ? await verifier.numberOn(bytes) : undefined;
    return number ? ofRecord(number, bytes) : { kind: 'unreadable', reason: read.reason };
  };

  return { lookUp, examine };
};
