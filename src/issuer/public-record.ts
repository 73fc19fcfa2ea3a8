import type { Language } from '../platform/i18n.ts';
import type { JsonObject } from '../vc/index.ts';
import {
  type Certificate,
  type RevocationReason,
  revocationOf,
  type SuspensionReason,
  suspensionOf,
} from './certificate.ts';

/**
 * What anybody may learn about a certificate by its identifier: the signed credential itself, or, when its holder has
 * been erased, what is left without naming anybody. The verdict is the verifier's, not ours.
 */
export type PublicRecord =
  /** Its holder keeps it to themself: only whoever brings the file learns more. */
  | {
      kind: 'private';
      revocation: PublicRevocation | undefined;
      suspension: PublicSuspension | undefined;
    }
  | {
      kind: 'credential';
      credential: JsonObject;
      /** Whether its holder wants it to be found. */
      listed: boolean;
      /** The address of the certificate that continues it. */
      renewedBy?: string;
      revocation: PublicRevocation | undefined;
      suspension: PublicSuspension | undefined;
    }
  | {
      kind: 'redacted';
      achievementName: string;
      language: Language;
      awardedAt: Date;
      redactedAt: Date;
      revocation: PublicRevocation | undefined;
      suspension: PublicSuspension | undefined;
    };

/** `replacedBy` is the address of the certificate that took its place. */
export type PublicRevocation = { at: Date; reason: RevocationReason; replacedBy?: string };
export type PublicSuspension = { at: Date; reason: SuspensionReason };

/** Neither who did it nor the note among colleagues. */
const shown = <R>(change: { at: Date; reason: R } | undefined) =>
  change && { at: change.at, reason: change.reason };

export const toPublicRecord = (certificate: Certificate, baseUrl: string): PublicRecord | undefined => {
  if (certificate.state === 'issuing') return undefined;
  const addressOf = (identifier: string): string => `${baseUrl}/v/${identifier}`;
  const { supersededBy, renewedBy } = certificate;
  const revocation = shown(revocationOf(certificate));
  const status = {
    revocation: revocation && {
      ...revocation,
      ...(supersededBy ? { replacedBy: addressOf(supersededBy) } : {}),
    },
    suspension: shown(suspensionOf(certificate)),
  };
  if (certificate.state === 'redacted') {
    // A reservation that was never signed certifies nothing.
    if (!certificate.issuedAt) return undefined;
    const { awardedAt, redactedAt } = certificate;
    return {
      kind: 'redacted',
      achievementName: certificate.wording.name,
      language: certificate.language,
      awardedAt,
      redactedAt,
      ...status,
    };
  }
  if (certificate.visibility === 'private') return { kind: 'private', ...status };
  return {
    kind: 'credential',
    credential: certificate.credential,
    listed: certificate.visibility === 'listed',
    ...(renewedBy ? { renewedBy: addressOf(renewedBy) } : {}),
    ...status,
  };
};
