import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateDrawing } from '../src/issuer/certificate-drawing/certificate-drawing.ts';
import {
  type CertificateView,
  certificateFaces,
} from '../src/issuer/certificate-drawing/certificate-view.ts';
import { createFonts } from '../src/platform/fonts/index.ts';
import { createTranslations } from '../src/platform/i18n.ts';
import { findBrowsers } from '../src/platform/pdf/find-browser.ts';
import { createPdfPrinter } from '../src/platform/pdf/index.ts';
import { launchBrowser } from '../src/platform/pdf/launch-browser.ts';
import { createTemplates } from '../src/platform/templates.ts';
import { type Bench, compared } from './bench.ts';
import { ratesPerSecond, type Variant, wallClock } from './measure.ts';

const unit = 'certificates/s';
const settings = { tmpDir: join(tmpdir(), 'jinfo-certification-bench') };
const words = createTranslations(new URL('../src/locales/', import.meta.url)).words('en');
const fonts = createFonts();
const styles = new URL('../src/issuer/certificate-drawing/certificate.css', import.meta.url);
const css = `${fonts.css(certificateFaces)}\n${readFileSync(styles, 'utf8')}`;
const pdfOptions = { title: 'Certificate', language: 'en', landscape: true };

const view = (number: number): CertificateView => ({
  language: 'en',
  holderName: `Eleanor Whitfield ${number}`,
  achievementName: 'Protecting personal data at work',
  description: 'Recognises personal data and reacts correctly to a data breach.',
  awardedOn: new Date('2026-11-23T10:00:00Z'),
  assessment: 'Assessed by a test of 20 questions drawn from a bank of 48.',
  identifier: 'Q7M2 4XKP 9D3T VBN8 H5RC 1WZF 6GJA',
  verificationUrl: `https://certification.jinfo.example/v/Q7M24XKP9D3TVBN8H5RC1WZF${1000 + (number % 9000)}`,
  issuer: { name: 'JINFO Certification', signatory: { name: 'Camille Renard', title: 'Registrar' } },
  issuedOn: new Date('2026-11-23T10:01:00Z'),
});

/** Each time with another number, one after the other. */
const drawing = (draw: (number: number) => Promise<unknown>): Variant => {
  let number = 0;
  return async (times) => {
    for (let i = 0; i < times; i += 1) {
      number += 1;
      await draw(number);
    }
  };
};

/** A page kept and its body replaced, against a new page for each certificate: the same browser program and HTML. */
export const bench: Bench = async ({ effort, say }) => {
  const { browser, description, stop } = await launchBrowser(findBrowsers(settings), settings);
  say(description);
  const printer = createPdfPrinter(settings);
  try {
    const certificates = createCertificateDrawing({ printer, fonts, templates: createTemplates() });
    const html = (number: number): string => certificates.html(view(number), words);
    const sheet = printer.sheet(css, certificates.ornaments);
    const rates = await ratesPerSecond(
      {
        'new-page': drawing(async (number) => {
          const page = await browser.newPage();
          await page.setContent(
            `<!doctype html><html lang="en"><style>${css}</style><div hidden>${certificates.ornaments}</div>${html(number)}</html>`,
          );
          await page.pdf({
            format: 'a4',
            landscape: true,
            preferCSSPageSize: true,
            printBackground: true,
            tagged: true,
          });
          await page.close();
        }),
        warm: drawing((number) => sheet.pdf(html(number), pdfOptions)),
        whole: drawing((number) => certificates.pdf(view(number), words, Buffer.from('{}'))),
      },
      { rounds: Math.ceil(5 * effort), milliseconds: 1500 * effort, watchOf: () => wallClock },
    );
    const baseline = { name: 'a new page for each', value: rates['new-page'] };
    return [
      compared({ name: 'draw-warm', value: rates.warm, unit, baseline, goal: 10 }),
      // With the credential attached and the document's own data written.
      compared({ name: 'draw-whole', value: rates.whole, unit, baseline }),
    ];
  } finally {
    await printer.close();
    await stop();
  }
};
