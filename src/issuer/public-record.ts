import type { Language } from '../platform/i18n.ts';
import type { JsonObject } from '../vc/index.ts';
import type { Certificate, RevocationReason } from './certificate.ts';

/**
 * What anybody may learn about a certificate by its identifier: the signed credential itself, or, when its holder has
 * been erased, what is left without naming anybody. The verdict is the verifier's, not ours.
 */
export type PublicRecord =
  | {
      kind: 'credential';
      credential: JsonObject;
      revocation: PublicRevocation | undefined;
    }
  | {
      kind: 'redacted';
      achievementName: string;
      language: Language;
      awardedAt: Date;
      redactedAt: Date;
      revocation: PublicRevocation | undefined;
    };

export type PublicRevocation = { at: Date; reason: RevocationReason };

export const toPublicRecord = (certificate: Certificate): PublicRecord | undefined => {
  if (certificate.state === 'issuing') return undefined;
  const { revocation } = certificate as { revocation?: PublicRevocation };
  const shown = revocation && { at: revocation.at, reason: revocation.reason };
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
      revocation: shown,
    };
  }
  return { kind: 'credential', credential: certificate.credential, revocation: shown };
};
