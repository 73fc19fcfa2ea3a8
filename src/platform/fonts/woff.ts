import { inflateSync } from 'node:zlib';

/** What a font file says of its letters, in its own units. */
export type FontMetrics = {
  /** Advance width in thousandths of the type size, or undefined when the file has no glyph for the code point. */
  advance(codePoint: number): number | undefined;
};

/**
 * Reads the character map and the advance widths of a WOFF 1.0 file (W3C WOFF 1.0, 4 and 5; OpenType `cmap` formats 4
 * and 12, `hmtx`). Each table there is compressed by itself, so nothing else is unpacked.
 */
export const readWoff = (file: Buffer): FontMetrics => {
  const table = tablesOf(file);
  const unitsPerEm = table('head').readUInt16BE(18);
  const counted = table('hhea').readUInt16BE(34);
  const widths = table('hmtx');
  const glyphs = readCharacterMap(table('cmap'));
  return {
    advance: (codePoint) => {
      const glyph = glyphs.get(codePoint);
      if (!glyph) return undefined;
      // Glyphs past the counted ones share the last width.
      return (widths.readUInt16BE(4 * Math.min(glyph, counted - 1)) * 1000) / unitsPerEm;
    },
  };
};

const tablesOf = (file: Buffer): ((tag: string) => Buffer) => {
  if (file.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF 1.0 file');
  const found = new Map<string, Buffer>();
  for (let i = 0; i < file.readUInt16BE(12); i += 1) {
    const entry = 44 + 20 * i;
    const start = file.readUInt32BE(entry + 4);
    const stored = file.readUInt32BE(entry + 8);
    const original = file.readUInt32BE(entry + 12);
    const bytes = file.subarray(start, start + stored);
    found.set(file.toString('latin1', entry, entry + 4), stored < original ? inflateSync(bytes) : bytes);
  }
  return (tag) => {
    const table = found.get(tag);
    if (!table) throw new Error(`font without ${tag}`);
    return table;
  };
};

/** Code point to glyph number, from the Unicode subtable with the widest reach. */
const readCharacterMap = (cmap: Buffer): Map<number, number> => {
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) =>
    cmap.subarray(cmap.readUInt32BE(4 + 8 * i + 4)),
  );
  const wide = subtables.find((subtable) => subtable.readUInt16BE(0) === 12);
  if (wide) return readFormat12(wide);
  const basic = subtables.find((subtable) => subtable.readUInt16BE(0) === 4);
  if (!basic) throw new Error('font without a Unicode character map');
  return readFormat4(basic);
};

const readFormat12 = (subtable: Buffer): Map<number, number> => {
  const glyphs = new Map<number, number>();
  for (let i = 0; i < subtable.readUInt32BE(12); i += 1) {
    const first = subtable.readUInt32BE(16 + 12 * i);
    const last = subtable.readUInt32BE(20 + 12 * i);
    const glyph = subtable.readUInt32BE(24 + 12 * i);
    for (let code = first; code <= last; code += 1) glyphs.set(code, glyph + code - first);
  }
  return glyphs;
};

const readFormat4 = (subtable: Buffer): Map<number, number> => {
  const glyphs = new Map<number, number>();
  const twice = subtable.readUInt16BE(6);
  for (let i = 0; i < twice; i += 2) {
    const last = subtable.readUInt16BE(14 + i);
    const first = subtable.readUInt16BE(16 + twice + i);
    const delta = subtable.readUInt16BE(16 + 2 * twice + i);
    const rangeAt = 16 + 3 * twice + i;
    const range = subtable.readUInt16BE(rangeAt);
    for (let code = first; code <= last && code !== 0xffff; code += 1) {
      const raw = range === 0 ? code : subtable.readUInt16BE(rangeAt + range + 2 * (code - first));
      if (range === 0 || raw !== 0) glyphs.set(code, (raw + delta) & 0xffff);
    }
  }
  return glyphs;
};
