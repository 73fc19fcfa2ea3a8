import { readFileSync } from 'node:fs';
import type { FontFace, Fonts } from '../../platform/fonts/index.ts';
import type { Words } from '../../platform/i18n.ts';
import type { PdfPrinter } from '../../platform/pdf/index.ts';
import type { Templates } from '../../platform/templates.ts';

/** What a card shows. No holder: networks copy it, and keep it when the certificate is withdrawn or its holder erased. */
export type Card = { achievementName: string; issuerName: string; host: string };

/** As social networks ask for it (Open Graph), in pixels. */
export const cardSize = { width: 1200, height: 630 } as const;

const serif: FontFace = { family: 'Source Serif 4', weight: 400, style: 'normal' };
const sans: FontFace = { family: 'Source Sans 3', weight: 400, style: 'normal' };
const faces: readonly FontFace[] = [serif, sans, { ...sans, weight: 600 }];

/** Longer titles are set smaller, and cut where even that is not enough. */
const lengths = [
  { upTo: 48, size: 'short' },
  { upTo: 90, size: 'middle' },
  { upTo: Number.POSITIVE_INFINITY, size: 'long' },
] as const;

/** Draws the picture that stands for a certificate where its address is shared. */
export const createCardDrawing = (deps: { printer: PdfPrinter; fonts: Fonts; templates: Templates }) => {
  const template = deps.templates.load(new URL('card.hbs', import.meta.url));
  const styles = readFileSync(new URL('card.css', import.meta.url), 'utf8');
  const sheet = deps.printer.sheet(`${deps.fonts.css(faces)}\n${styles}`);
  return (card: Card, words: Words): Promise<Uint8Array> => {
    const size = lengths.find(({ upTo }) => card.achievementName.length <= upTo)?.size;
    return sheet.png(template(words, { ...card, size }), cardSize);
  };
};
