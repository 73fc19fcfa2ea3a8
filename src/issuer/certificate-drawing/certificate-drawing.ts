import { readFileSync } from 'node:fs';
import type { Fonts } from '../../platform/fonts/index.ts';
import type { Words } from '../../platform/i18n.ts';
import { completePdf, type PdfPrinter } from '../../platform/pdf/index.ts';
import type { Templates } from '../../platform/templates.ts';
import { type CertificateView, certificateFaces, layoutOf, lineWork } from './certificate-view.ts';

type Deps = { printer: PdfPrinter; fonts: Fonts; templates: Templates };

/** Draws certificates. `words` is in the language of the view. */
export type CertificateDrawing = {
  /** The line work: most of the page, and the same on all. */
  ornaments: string;
  /** The body of the page, for the printer's sheet, beside the ornaments. */
  html(view: CertificateView, words: Words): string;
  /**
   * A4 landscape, tagged, with the signed credential inside as `credential.json` (AFRelationship Source). The same view
   * gives the same bytes as long as the browser and the fonts are the same.
   */
  pdf(view: CertificateView, words: Words, credential: Uint8Array): Promise<Uint8Array>;
  /** A picture for sharing, 1600 by 1131 pixels. */
  png(view: CertificateView, words: Words): Promise<Uint8Array>;
};

/** A4 landscape in CSS pixels, rounded up. */
const a4 = { width: 1123, height: 794 } as const;

export const createCertificateDrawing = ({ printer, fonts, templates }: Deps): CertificateDrawing => {
  const template = templates.load(new URL('certificate.hbs', import.meta.url));
  const styles = readFileSync(new URL('certificate.css', import.meta.url), 'utf8');
  const ornaments = lineWork();
  const sheet = printer.sheet(`${fonts.css(certificateFaces)}\n${styles}`, ornaments);
  const html = (view: CertificateView, words: Words): string => template(words, layoutOf(view, words, fonts));

  return {
    ornaments,
    html,
    pdf: async (view, words, credential) => {
      const { language, holderName, achievementName } = view;
      const title = words('certificate:document-title', { name: holderName, achievement: achievementName });
      const drawn = await sheet.pdf(html(view, words), { title, language, landscape: true });
      return completePdf(drawn, { title, language, author: view.issuer.name, date: view.issuedOn }, [
        {
          name: 'credential.json',
          mime: 'application/vc',
          bytes: credential,
          relationship: 'Source',
          description: words('certificate:attachment'),
          modified: view.issuedOn,
        },
      ]);
    },
    png: (view, words) => sheet.png(html(view, words), { ...a4, scale: 1600 / a4.width }),
  };
};
