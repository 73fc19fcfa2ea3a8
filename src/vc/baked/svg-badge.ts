import { type BakedBadge, readBadgeText } from './badge-text.ts';

/** Open Badges 3.0, 5.3.2.1. */
const namespace = 'https://purl.imsglobal.org/ob/v3p0';

const cdata = { begin: '<![CDATA[', end: ']]>' } as const;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export type BadgePicture = {
  png: Uint8Array;
  width: number;
  height: number;
  /** What the picture is, for whoever does not see it. */
  title: string;
  language: string;
};

/**
 * An SVG that shows a picture and carries the credential, directly after its first tag. In JSON the end of a CDATA section can
 * only stand inside a text, where it may be written otherwise.
 */
export const bakeSvg = ({ png, width, height, title, language }: BadgePicture, credential: string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="${namespace}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" xml:lang="${language}">`,
    `<openbadges:credential>${cdata.begin}${credential.replaceAll(cdata.end, ']]\\u003e')}${cdata.end}</openbadges:credential>`,
    `<title>${escaped(title)}</title>`,
    `<image width="${width}" height="${height}" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>`,
    '</svg>',
    '',
  ].join('\n');

/** Told by the content: a first tag `svg` after what may stand before it. */
export const looksLikeSvg = (text: string): boolean => /<svg[\s>]/.test(text.slice(0, 4096));

/** The prefix that a file gives to the namespace of badges. */
const prefixIn = (svg: string): string | undefined =>
  new RegExp(`xmlns:([\\w.-]{1,40})\\s{0,20}=\\s{0,20}["']${namespace.replaceAll('.', '\\.')}["']`).exec(
    svg,
  )?.[1];

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (all, name: string) => entities[name] ?? all);

/** Text of an element without children: CDATA sections as they stand, between them text with the five entities of XML. */
const textOf = (body: string): string | undefined => {
  let text = '';
  let at = 0;
  while (at < body.length) {
    const begin = body.indexOf(cdata.begin, at);
    const plain = body.slice(at, begin < 0 ? body.length : begin);
    if (plain.includes('<')) return undefined;
    text += unescaped(plain);
    if (begin < 0) return text;
    const end = body.indexOf(cdata.end, begin + cdata.begin.length);
    if (end < 0) return undefined;
    text += body.slice(begin + cdata.begin.length, end);
    at = end + cdata.end.length;
  }
  return text;
};

/** The end of the element, found outside its CDATA sections. */
const bodyFrom = (svg: string, from: number, closing: string): string | undefined => {
  let at = from;
  let end = svg.indexOf(closing, at);
  while (end >= 0) {
    const begin = svg.indexOf(cdata.begin, at);
    if (begin < 0 || begin > end) return svg.slice(from, end);
    const after = svg.indexOf(cdata.end, begin);
    if (after < 0) return undefined;
    at = after + cdata.end.length;
    // Sought anew only when passed: what is made of a million sections is read once.
    if (end < at) end = svg.indexOf(closing, at);
  }
  return undefined;
};

/**
 * The badge in an SVG: `<openbadges:credential>` under whatever prefix, with the credential as text or as `verify` attribute.
 * No XML is parsed, so nothing is expanded and no other file read.
 */
export const readSvgBadge = (svg: string): BakedBadge => {
  const prefix = prefixIn(svg);
  if (prefix === undefined) return undefined;
  const opening = `<${prefix}:credential`;
  const start = svg.indexOf(opening);
  if (start < 0) return undefined;
  const tagEnd = svg.indexOf('>', start);
  if (tagEnd < 0) return { fault: 'badge-corrupt' };
  const tag = svg.slice(start + opening.length, tagEnd);
  const verify = /\sverify\s{0,20}=\s{0,20}["']([^"'<]*)["']/.exec(tag)?.[1];
  const selfClosing = tag.endsWith('/');
  const body = selfClosing ? '' : bodyFrom(svg, tagEnd + 1, `</${prefix}:credential>`);
  if (body === undefined) return { fault: 'badge-corrupt' };
  if (svg.includes(opening, tagEnd + 1 + body.length)) return { fault: 'badge-repeated' };
  if (verify) return readBadgeText(verify);
  const text = textOf(body);
  return text === undefined ? { fault: 'badge-corrupt' } : readBadgeText(text);
};
