import type { Clock } from '../platform/clock.ts';
import type { Language } from '../platform/i18n.ts';
import { addressKey } from './bulk/preview-batch.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { RenditionStore } from './rendition-store.ts';

/** A certificate that was sent to an address, as its holder knows it. */
export type Received = { identifier: string; title: string; holderName: string; language: Language };

/** Holders who are known by the address of a batch's file alone. Who has an account is none of them. */
export type Recipients = {
  /** What was sent to the address, the newest first. */
  receivedAt(email: string): Promise<Received[]>;
  /** Takes the holder out of what was sent to the address; answers how many certificates. Safe to repeat. */
  erase(email: string): Promise<number>;
};

type Deps = {
  certificates: Pick<CertificateStore, 'sentTo' | 'redact'>;
  renditions: Pick<RenditionStore, 'forget'>;
  clock: Clock;
};

export const createRecipients = ({ certificates, renditions, clock }: Deps): Recipients => ({
  receivedAt: async (email) =>
    (await certificates.sentTo(addressKey(email))).flatMap((certificate) =>
      certificate.state === 'redacted'
        ? []
        : [
            {
              identifier: certificate.identifier,
              title: certificate.wording.name,
              holderName: certificate.holderName,
              language: certificate.language,
            },
          ],
    ),

  erase: async (email) => {
    const recipient = addressKey(email);
    const sent = await certificates.sentTo(recipient);
    // As for accounts: drawings first, and once more for what a download drew meanwhile.
    await renditions.forget(sent.map(({ identifier }) => identifier));
    const identifiers = await certificates.redact({ recipient }, clock.now());
    await renditions.forget(identifiers);
    return identifiers.length;
  },
});
