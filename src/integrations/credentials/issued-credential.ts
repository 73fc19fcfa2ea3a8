import { DomainError } from '../../platform/errors.ts';
import type { Mode } from '../clients/api-client.ts';

/** What a status entry can say of a credential (Bitstring Status List 1.0, 2.2). */
export const purposes = ['revocation', 'suspension'] as const;
export type Purpose = (typeof purposes)[number];

type Common = {
  /** Our own key; the status lists know the credential by it. */
  id: string;
  clientId: string;
  mode: Mode;
  /** What the client calls it (VCALM 1.0, `credentialId`): as a rule the `id` of the credential. */
  credentialId: string;
  idempotencyKey: string | undefined;
  /** Also `created` of its proofs, so that signing it again gives the same bytes. */
  reservedAt: Date;
};

/** Its id is taken; nothing signed has left the house. */
export type ReservedCredential = Common & { state: 'reserved' };

/**
 * Signed and handed out. The content is not kept: `digest`, the SHA-256 of what was handed out, tells a repetition from
 * something else. `changes` counts what was said about its status, so that an older word never overrules a newer one.
 */
export type IssuedCredential = Common & {
  state: 'issued';
  issuedAt: Date;
  digest: string;
  purposes: readonly Purpose[];
  revokedAt: Date | undefined;
  suspended: boolean;
  changes: number;
};

export type CredentialRecord = ReservedCredential | IssuedCredential;

/**
 * Whether the status changes at all by this word.
 * @throws DomainError `revocation-final` (409) for a revocation that is to be taken back
 */
export const changesStatus = (record: IssuedCredential, purpose: Purpose, to: boolean): boolean => {
  if (purpose === 'suspension') return record.suspended !== to;
  if (record.revokedAt && !to) throw new DomainError('conflict', 'revocation-final');
  return !record.revokedAt && to;
};
