import type { BakedBadge } from './badge-text.ts';
import { isPng, readPngBadge } from './png-badge.ts';
import { looksLikeSvg, readSvgBadge } from './svg-badge.ts';

/** The credential baked into a PNG or SVG (Open Badges 3.0, 5.3); nothing for another file, or a picture without a badge. */
export const readBakedBadge = (bytes: Uint8Array): BakedBadge => {
  if (isPng(bytes)) return readPngBadge(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return looksLikeSvg(text) ? readSvgBadge(text) : undefined;
};
