import { readFileSync } from 'node:fs';
import type { Fonts } from '../../platform/fonts/index.ts';
import type { Words } from '../../platform/i18n.ts';
import type { PdfPrinter } from '../../platform/pdf/index.ts';
import type { Templates } from '../../platform/templates.ts';
import { type CertificateView, certificateFaces, layoutOf } from './certificate-view.ts';

type Deps = { printer: PdfPrinter; fonts: Fonts; templates: Templates };

export type CertificateDrawing = {
  html(view: CertificateView, words: Words): string;
  pdf(view: CertificateView, words: Words): Promise<Uint8Array>;
  png(view: CertificateView, words: Words): Promise<Uint8Array>;
};

export const createCertificateDrawing = ({ printer, fonts, templates }: Deps): CertificateDrawing => {
  const template = templates.load(new URL('certificate.hbs', import.meta.url));
  const styles = readFileSync(new URL('certificate.css', import.meta.url), 'utf8');
  const sheet = printer.sheet(`${fonts.css(certificateFaces)}\n${styles}`);
  const html = (view: CertificateView, words: Words): string => template(words, layoutOf(view, words, fonts));
  const titleOf = (view: CertificateView, words: Words): string =>
    words('certificate:document-title', { name: view.holderName, achievement: view.achievementName });
  return {
    html,
    pdf: (view, words) =>
      sheet.pdf(html(view, words), { title: titleOf(view, words), language: view.language, landscape: true }),
    png: (view, words) => sheet.png(html(view, words), { width: 1123, height: 794, scale: 1600 / 1123 }),
  };
};
