import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { eventOf } from '../platform/events.ts';
import type { JsonObject } from '../vc/index.ts';
import { isSigned, type SignedCertificate } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { CertificateReissued } from './events.ts';
import { handoverSeconds } from './key-history.ts';
import type { Keyring } from './keyring.ts';
import type { OfflineCodes } from './offline/offline-codes.ts';
import { holderOf } from './revoke-certificate.ts';
import type { Signer } from './signer.ts';

type ReissueDeps = {
  certificates: CertificateStore;
  signer: Signer;
  offlineCodes: OfflineCodes;
  keyring: Keyring;
  clock: Clock;
  outbox: Outbox;
};

/** Certificates signed anew in one go; the next go is a job of its own, so that a stop waits for one of them at most. */
const perPart = 50;

/** How far the reissue of what a compromised key had signed has come. */
export type ReissueProgress = { reissued: number; remaining: number };

export type ReissueCertificates = {
  /** Finds out by which key each certificate was signed, where that was not yet written down. */
  prepare(): Promise<void>;
  /** Signs some of them anew; answers how many are left. @throws DomainError `issuing-unavailable` without a usable key */
  part(formerKey: string): Promise<number>;
  /** Whether a process that has not heard of the report may still sign with the key. */
  mayStillSign(formerKey: string): Promise<boolean>;
  progress(formerKey: string): Promise<ReissueProgress>;
};

/**
 * The same content under the same number, with the same places on the status lists, by the key in use. Where the issuer is
 * named by its key (`did:key`), it is named by the new one.
 */
const unsignedAnew = ({ credential }: SignedCertificate, did: string): JsonObject => {
  const { proof: _proof, ...content } = credential;
  return { ...content, issuer: { ...(content.issuer as JsonObject), id: did } };
};

/** Replaces the signatures of a compromised key, certificate by certificate. Safe to repeat, to race and to cut. */
export const createReissueCertificates = ({
  certificates,
  signer,
  offlineCodes,
  keyring,
  clock,
  outbox,
}: ReissueDeps): ReissueCertificates => {
  const reissue = async (certificate: SignedCertificate, formerKey: string): Promise<void> => {
    const { identifier } = certificate;
    const did = signer.issuerFor(String((certificate.credential.issuer as JsonObject).id));
    const at = clock.now();
    const unsigned = unsignedAnew(certificate, did);
    const credential = await signer.sign(unsigned, did, at);
    const offlineCode = await offlineCodes.write(unsigned, did, at);
    const event = eventOf(CertificateReissued, { identifier, ...holderOf(certificate) }, at);
    await certificates.reissue(identifier, { credential, offlineCode, at, formerKey }, event);
  };

  return {
    prepare: () => certificates.nameKeys(),

    mayStillSign: async (formerKey) => {
      const key = (await keyring.history()).find(
        ({ publicKeyMultibase }) => publicKeyMultibase === formerKey,
      );
      const reportedAt = key?.compromisedAt?.getTime() ?? 0;
      return clock.now().getTime() < reportedAt + handoverSeconds * 1000;
    },

    part: async (formerKey) => {
      await signer.refresh();
      for (const certificate of await certificates.signedWith(formerKey, perPart)) {
        if (isSigned(certificate)) await reissue(certificate, formerKey);
      }
      outbox.poke();
      return certificates.countSignedWith(formerKey);
    },

    progress: async (formerKey) => ({
      reissued: await certificates.countReissuedFrom(formerKey),
      remaining: await certificates.countSignedWith(formerKey),
    }),
  };
};
