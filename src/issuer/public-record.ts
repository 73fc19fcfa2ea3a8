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
  | {
      kind: 'credential';
      credential: JsonObject;
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

export type PublicRevocation = { at: Date; reason: RevocationReason };
export type PublicSuspension = { at: Date; reason: SuspensionReason };

/** Neither who did it nor the note among colleagues. */
const shown = <R>(change: { at: Date; reason: R } | undefined) =>
  change && { at: change.at, reason: change.reason };

export const toPublicRecord = (certificate: Certificate): PublicRecord | undefined => {
  if (certificate.state === 'issuing') return undefined;
  const status = {
    revocation: shown(revocationOf(certificate)),
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
  return { kind: 'credential', credential: certificate.credential, ...status };
};
