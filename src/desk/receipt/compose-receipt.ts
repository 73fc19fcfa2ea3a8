import { credentialContexts } from '../../issuer/index.ts';
import type { Words } from '../../platform/i18n.ts';
import type { JsonObject } from '../../vc/index.ts';
import type { BulkCheck, BulkItem } from '../bulk/bulk-check.ts';

const dateTime = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** One line: what was shown, without the name of a file, which may name a person; the verdict; the digest of a file. */
const evidenceOf = (item: BulkItem, id: string, line: number): JsonObject => ({
  id: `${id}#${line}`,
  type: 'Evidence',
  name: item.number ?? (item.digest === undefined ? item.shown : `#${item.row}`),
  genre: item.verdict ?? '',
  ...(item.digest === undefined ? {} : { description: `sha256:${item.digest}` }),
});

/**
 * The unsigned verification receipt: a Verifiable Credential (VC Data Model 2.0) that any verifier can check, of terms of
 * Open Badges 3.0. `validFrom` is the moment when the last line was found; each line is a piece of evidence whose `genre`
 * is the verdict. It repeats nothing of the certificates but their numbers. Pure: the same check is the same document.
 */
export const composeReceipt = (
  check: Pick<BulkCheck, 'items' | 'createdAt'>,
  about: { id: string; issuer: { did: string; name: string; url: string }; at: Date; words: Words },
): JsonObject => {
  const { id, issuer, at, words } = about;
  const { did, ...profile } = issuer;
  return {
    '@context': credentialContexts,
    id,
    type: ['VerifiableCredential'],
    name: words('bulk:receipt.title'),
    issuer: { id: did, type: ['Profile'], ...profile },
    validFrom: dateTime(at),
    credentialSubject: {
      description: words('bulk:receipt.subject', {
        count: check.items.length,
        from: dateTime(check.createdAt),
        until: dateTime(at),
      }),
    },
    evidence: check.items.map((item, index) => evidenceOf(item, id, index + 1)),
  };
};
