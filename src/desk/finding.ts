import type { Report } from '../verifier/index.ts';
import type { ErasedRecord } from './certificate-verdicts.ts';

/** Why what was brought could not be examined: a stable code, worded as `problems:fields.verify-<reason>`. */
export type UnreadableReason =
  | 'empty'
  | 'too-large'
  | 'not-json'
  | 'pdf-unreadable'
  | 'pdf-too-slow'
  | 'pdf-without-credential'
  | 'presentation-empty'
  | 'presentation-of-several'
  | 'badge-corrupt'
  | 'badge-compressed'
  | 'badge-repeated'
  | 'unknown-type'
  | 'picture-unreadable'
  | 'picture-too-large'
  | 'picture-without-code'
  | 'picture-of-another-code';

/** What the desk found about what was brought: a number, a text or a file. */
export type Finding =
  | {
      kind: 'report';
      report: Report;
      credential: unknown;
      identifier: string | undefined;
      /** What the register knows beside the credential, of one that was looked up by its number. */
      register?: { listed: boolean; renewedBy: string | undefined };
    }
  /** Its holder keeps it to themself: only whoever brings the file learns more. */
  | { kind: 'private'; identifier: string }
  /** A number of ours whose holder has been erased. */
  | { kind: 'erased'; identifier: string; record: ErasedRecord }
  /** `mistyped` fails its check character; `not-ours` is well formed, and we gave it to no certificate. */
  | { kind: 'unknown'; identifier: string; why: 'mistyped' | 'not-a-number' | 'not-ours' }
  | { kind: 'unreadable'; reason: UnreadableReason };

/** The one word over a finding: a verdict of the verifier, or why there is none. */
export const verdictOf = (finding: Finding): string => {
  switch (finding.kind) {
    case 'report':
      return finding.report.verdict;
    case 'erased':
      return finding.record.revocation ? 'not_valid' : 'holder_erased';
    case 'private':
      return 'kept_private';
    case 'unknown':
      return finding.why === 'not-ours' ? 'unknown_identifier' : finding.why;
    case 'unreadable':
      return finding.reason;
  }
};
