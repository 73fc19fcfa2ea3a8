import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../platform/clock.ts';
import { notFound } from '../platform/errors.ts';
import type { JsonObject } from '../vc/index.ts';
import { type BadgeKind, bakeBadge } from './baked-badge.ts';
import { type Certificate, isSigned, type SignedCertificate } from './certificate.ts';
import type { CertificateStore } from './certificate-store.ts';
import { credentialFile, type DrawCertificate } from './draw-certificate.ts';
import type { createLateCode } from './offline/late-code.ts';
import type { RenditionKind, RenditionStore } from './rendition-store.ts';

/** A certificate as files: drawn when first asked for, and the same bytes ever after. */
export type Renditions = {
  /** The drawn certificate, the same bytes every time. @throws DomainError `not-found` */
  rendition(identifier: string, kind: RenditionKind): Promise<Uint8Array>;
  /** The drawn certificate with its credential baked in. @throws DomainError `not-found`, `name-not-drawable` */
  bakedBadge(identifier: string, kind: BadgeKind): Promise<Uint8Array>;
  /** The PDF as issued for just this record; nothing for another edition of it, an unknown one, or one that has no sheet. */
  sheetOf(credential: JsonObject): Promise<Uint8Array | undefined>;
  /** Whether the sheet of a signed certificate can be drawn: the typefaces may lack letters of the name. */
  canDraw(certificate: Certificate): boolean;
  /** The signed credential as a file, the same bytes as inside the PDF. @throws DomainError `not-found` */
  credentialFile(identifier: string): Promise<Uint8Array>;
};

type Deps = {
  certificates: Pick<CertificateStore, 'byIdentifier'>;
  renditions: RenditionStore;
  withCode: ReturnType<typeof createLateCode>;
  drawing: Pick<DrawCertificate, 'canDraw' | 'draw'>;
  clock: Clock;
};

const isSameCredential = (one: SignedCertificate, other: SignedCertificate): boolean =>
  JSON.stringify(one.credential) === JSON.stringify(other.credential);

export const createRenditions = ({
  certificates,
  renditions,
  withCode,
  drawing,
  clock,
}: Deps): Renditions => {
  const signed = async (identifier: string): Promise<SignedCertificate> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || !isSigned(certificate)) throw notFound();
    return certificate;
  };

  const rendition = async (identifier: string, kind: RenditionKind): Promise<Uint8Array> => {
    const certificate = await signed(identifier);
    const edition = certificate.reissues?.length ?? 0;
    const kept = await renditions.find(identifier, kind, edition);
    if (kept) return kept;
    const bytes = await drawing.draw(await withCode(certificate), kind);
    const first = await renditions.keep(identifier, kind, edition, { bytes, now: clock.now() });
    const now = await certificates.byIdentifier(identifier);
    if (now && isSigned(now) && isSameCredential(now, certificate)) return first;
    // Its holder was erased while it was being drawn, or it was signed anew.
    await renditions.forget([identifier]);
    return rendition(identifier, kind);
  };

  return {
    rendition,
    bakedBadge: async (identifier, kind) => {
      const picture = await rendition(identifier, 'png');
      return bakeBadge(await signed(identifier), picture, kind);
    },
    sheetOf: async (credential) => {
      const identifier = /\/v\/([0-9A-Z]{28})$/.exec(String(credential.id))?.[1];
      const certificate = identifier && (await certificates.byIdentifier(identifier));
      if (!certificate || !isSigned(certificate) || !isDeepStrictEqual(certificate.credential, credential))
        return undefined;
      return rendition(certificate.identifier, 'pdf').catch(() => undefined);
    },
    canDraw: (certificate) => isSigned(certificate) && drawing.canDraw(certificate),
    credentialFile: async (identifier) => credentialFile(await signed(identifier)),
  };
};
