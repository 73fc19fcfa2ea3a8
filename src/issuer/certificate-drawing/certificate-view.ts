import { type FittedText, type FontFace, type Fonts, fitLines } from '../../platform/fonts/index.ts';
import { formats, type Language, type Words } from '../../platform/i18n.ts';
import type { OfflineCode } from '../certificate.ts';
import { type SheetDesign, sheetColours, standardDesign } from '../sheet-templates/sheet-template.ts';
import { border, page, rosette } from './ornaments.ts';
import { qrCodeOf } from './qr-code.ts';

/** What is printed on a certificate. Every text is already in `language`. */
export type CertificateView = {
  language: Language;
  holderName: string;
  achievementName: string;
  /** What was achieved, in one sentence. */
  description: string;
  awardedOn: Date;
  validUntil?: Date;
  /** e.g. `21 hours of study` */
  workload?: string;
  /** How it was assessed, in one line. */
  assessment: string;
  /** In groups of four, as printed. */
  identifier: string;
  verificationUrl: string;
  /** What the code that verifies without network holds, or that there was no room for one. */
  offlineCode?: OfflineCode;
  issuer: { name: string; signatory: { name: string; title: string } };
  issuedOn: Date;
  /** The standard one when missing. */
  design?: SheetDesign;
};

const serif: FontFace = { family: 'Source Serif 4', weight: 400, style: 'normal' };
const bold: FontFace = { family: 'Source Serif 4', weight: 600, style: 'normal' };
const sans: FontFace = { family: 'Source Sans 3', weight: 400, style: 'normal' };

/** The faces that `certificate.css` asks for. */
export const certificateFaces: readonly FontFace[] = [
  serif,
  { ...serif, style: 'italic' },
  bold,
  sans,
  { ...sans, weight: 600 },
  { ...sans, family: 'Source Code Pro' },
];

/** Of a point. */
const millimetre = 25.4 / 72;

/** What the template shows: sizes decided, dates in words, line work and code as paths. */
export const layoutOf = (view: CertificateView, words: Words, fonts: Fonts) => {
  const texts = fittedTexts(view, fonts);
  const design = view.design ?? standardDesign;
  return {
    ...view,
    ...texts,
    air: airOf(texts),
    monogram: design.mark === 'none' ? '' : ([...view.issuer.name][0] ?? ''),
    seal: sheetColours[design.colour],
    heading: words(`certificate:headings.${design.heading}`),
    facts: factsOf(view, words),
    issuedOn: dateOf(view.issuedOn, view.language),
    qr: qrCodeOf(view.verificationUrl),
    offline: view.offlineCode?.kind === 'written' ? qrCodeOf(view.offlineCode.text) : undefined,
    noOfflineCode: view.offlineCode?.kind === 'too-long',
    viewBox,
    bare: design.mark === 'none',
  };
};

/** The texts whose length is not ours, each in its lines and size. Widths are in millimetres of the page. */
const fittedTexts = (view: CertificateView, fonts: Fonts) => {
  const besideCode = view.offlineCode?.kind === 'written';
  const set = (
    text: string,
    face: FontFace,
    width: number,
    steps: Parameters<typeof fitLines>[2]['steps'],
  ): FittedText => fitLines(text, (part) => fonts.widthOf(part, face), { width: width / millimetre, steps });
  return {
    holder: set(view.holderName, serif, 232, [
      { lines: 1, largest: 42, smallest: 25 },
      { lines: 2, largest: 30, smallest: 19 },
      { lines: 3, largest: 21, smallest: 14 },
    ]),
    achievement: set(view.achievementName, bold, 215, [
      { lines: 1, largest: 23, smallest: 18 },
      { lines: 2, largest: 20, smallest: 13 },
    ]),
    description: set(view.description, serif, besideCode ? 168 : 176, [
      { lines: 1, largest: 12, smallest: 11.5 },
      { lines: 2, largest: 12, smallest: 11 },
      ...[3, 4, 5].map((lines) => ({ lines, largest: 10.5, smallest: 9 })),
    ]),
    assessment: set(view.assessment, sans, besideCode ? 168 : 200, [
      { lines: 1, largest: 10.5, smallest: 9 },
      { lines: 2, largest: 9.5, smallest: 8.5 },
    ]),
    address: set(view.verificationUrl, sans, besideCode ? 100 : 118, [
      { lines: 1, largest: 9.5, smallest: 5 },
    ]),
  };
};

/**
 * The share of the usual space between the lines that there is room for, once long texts have taken theirs; the figures
 * are those of `certificate.css`, in millimetres: 119 from the operator's name to the foot, 9 of them to stay free.
 */
const airOf = (texts: ReturnType<typeof fittedTexts>): number => {
  const height = ({ size, lines }: FittedText, leading: number): number =>
    size * lines.length * leading * millimetre;
  const heading = 21 * 1.2 * millimetre;
  const leads = 2 * 13 * 1.3 * millimetre;
  const date = 12.5 * 1.3 * millimetre;
  const taken =
    heading +
    leads +
    date +
    height(texts.holder, 1.16) +
    height(texts.achievement, 1.2) +
    height(texts.description, 1.4) +
    height(texts.assessment, 1.4);
  const spaces = 2 * 4.4 + 2.4 + 2.6 + 2.4 + 5.4 + 1.4;
  return Math.round(Math.min(1, Math.max(0.2, (119 - 9 - taken) / spaces)) * 100) / 100;
};

const factsOf = ({ awardedOn, validUntil, workload, language }: CertificateView, words: Words): string =>
  [
    words('certificate:awarded', { date: dateOf(awardedOn, language) }),
    ...(validUntil ? [words('certificate:valid-until', { date: dateOf(validUntil, language) })] : []),
    ...(workload ? [workload] : []),
  ].join('  ·  ');

/** French writes the first of a month as an ordinal. */
const dateOf = (date: Date, language: Language): string => {
  const text = formats(language).date(date);
  return text.replaceAll(' ', '\u00a0');
};

const viewBox = `${-page.width / 2} ${-page.height / 2} ${page.width} ${page.height}`;

const drawLineWork = (): string => {
  const { path, hairlines } = border();
  const frames = hairlines.map(({ inset, radius }) => {
    const [x, y] = [inset - page.width / 2, inset - page.height / 2];
    const [width, height] = [page.width - 2 * inset, page.height - 2 * inset];
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" stroke-width="13" />`;
  });
  return `<svg class="border"><g id="border-lines">${frames.join('')}<path d="${path}" /></g></svg><svg class="mark"><path id="mark-lines" d="${rosette().path}" /></svg>`;
};

let drawn: string | undefined;
/** The line work as HTML, which `certificate.hbs` refers to: the same on every certificate, so it is reckoned once. */
export const lineWork = (): string => {
  drawn ??= drawLineWork();
  return drawn;
};
