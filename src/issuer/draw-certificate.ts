import type { Config } from '../platform/config.ts';
import { DomainError } from '../platform/errors.ts';
import { createFonts } from '../platform/fonts/index.ts';
import type { Translations } from '../platform/i18n.ts';
import type { PdfPrinter } from '../platform/pdf/index.ts';
import { createTemplates } from '../platform/templates.ts';
import type { JsonObject } from '../vc/index.ts';
import type { SignedCertificate } from './certificate.ts';
import {
  type CertificateDrawing,
  createCertificateDrawing,
} from './certificate-drawing/certificate-drawing.ts';
import type { CertificateView } from './certificate-drawing/certificate-view.ts';
import type { RenditionKind } from './rendition-store.ts';

type DrawDeps = {
  printer: PdfPrinter;
  translations: Translations;
  operator: Pick<Config['operator'], 'signatory'>;
};

export type DrawCertificate = {
  /** Whether the fonts cover the holder's name. */
  canDraw(certificate: SignedCertificate): boolean;
  /** @throws DomainError `name-not-drawable` when the fonts do not cover the name: it is never drawn as boxes. */
  draw(certificate: SignedCertificate, kind: RenditionKind): Promise<Uint8Array>;
  /** The same code, for whoever previews. */
  drawing: Pick<CertificateDrawing, 'png'>;
};

/** The signed credential as a file: the same text in the PDF, as download and in an export. */
export const credentialFile = ({ credential }: SignedCertificate): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(credential, null, 2));

/** Draws the sheet of a signed certificate in its own language; the PDF carries the credential it was made from. */
export const createDrawCertificate = ({ printer, translations, operator }: DrawDeps): DrawCertificate => {
  const fonts = createFonts();
  const drawing = createCertificateDrawing({ printer, fonts, templates: createTemplates() });

  const signatoryOf = ({ sheet, language }: SignedCertificate) => {
    const { name, title } = sheet?.design.signatory ?? operator.signatory;
    return { name, title: title[language] };
  };

  const viewOf = (certificate: SignedCertificate): CertificateView => ({
    language: certificate.language,
    holderName: certificate.holderName,
    achievementName: certificate.wording.name,
    description: certificate.wording.description,
    awardedOn: certificate.awardedAt,
    ...(certificate.validUntil ? { validUntil: certificate.validUntil } : {}),
    assessment: certificate.wording.assessment,
    identifier: (certificate.identifier.match(/.{1,4}/g) ?? []).join(' '),
    // As signed: the sheet and the record inside it must not differ, whatever was configured since.
    verificationUrl: String(certificate.credential.id),
    ...(certificate.offlineCode ? { offlineCode: certificate.offlineCode } : {}),
    issuer: {
      name: String((certificate.credential.issuer as JsonObject).name),
      signatory: signatoryOf(certificate),
    },
    issuedOn: certificate.issuedAt,
    ...(certificate.sheet ? { design: certificate.sheet.design } : {}),
  });

  const canDraw = ({ holderName }: SignedCertificate): boolean => fonts.coverageOf(holderName).covered;

  return {
    canDraw,
    drawing,
    draw: async (certificate, kind) => {
      if (!canDraw(certificate)) throw new DomainError('conflict', 'name-not-drawable');
      const words = translations.words(certificate.language);
      const view = viewOf(certificate);
      return kind === 'png'
        ? drawing.png(view, words)
        : drawing.pdf(view, words, credentialFile(certificate));
    },
  };
};
