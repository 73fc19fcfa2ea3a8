/**
 * Line work of the certificate, in the manner of engraved banknotes: several copies of one wave, each a little later in
 * its period, woven into a band or a rosette. Pure geometry: the same numbers give the same paths. Coordinates are
 * hundredths of a millimetre, whole numbers, so that paths stay short.
 */

type Point = { x: number; y: number };
/** A closed curve by its parameter from 0 to 1. */
type Curve = (t: number) => Point;

const turn = 2 * Math.PI;

/** Cubic segments through the curve with its own tangents, relative and rounded. */
const pathOf = (curve: Curve, segments: number): string => {
  const step = 1 / segments;
  const nudge = step / 200;
  const tangent = (t: number): Point => {
    const before = curve(t - nudge);
    const after = curve(t + nudge);
    const scale = step / (2 * nudge) / 3;
    return { x: (after.x - before.x) * scale, y: (after.y - before.y) * scale };
  };
  const round = (value: number): number => Math.round(value);
  let from = curve(0);
  let at = { x: round(from.x), y: round(from.y) };
  const parts = [`M${at.x} ${at.y}c`];
  for (let i = 1; i <= segments; i += 1) {
    const to = curve(i * step);
    const out = tangent((i - 1) * step);
    const into = tangent(i * step);
    const end = { x: round(to.x), y: round(to.y) };
    const numbers = [
      round(from.x + out.x) - at.x,
      round(from.y + out.y) - at.y,
      round(to.x - into.x) - at.x,
      round(to.y - into.y) - at.y,
      end.x - at.x,
      end.y - at.y,
    ];
    parts.push(numbers.join(' '), ' ');
    from = to;
    at = end;
  }
  return `${parts.join('').trimEnd()}z`;
};

export type Frame = {
  /** Of the middle line of the band, in hundredths of a millimetre. */
  width: number;
  height: number;
  radius: number;
};

export type Band = {
  /** Whole waves between two corners, along the long and the short sides. */
  wavesAcross: number;
  wavesDown: number;
  /** How far a wave leaves the middle line. */
  amplitude: number;
  /** Ribbons woven into each other, evenly spread over the period. */
  ribbons: number;
  /** Lines of one ribbon, and the share of the period that they cover together. */
  strands: number;
  spread: number;
};

type Place = Point & { outX: number; outY: number };

/** A quarter of the frame, from the middle of one corner to the middle of the next: where, and which way is outward. */
const alongSide = (straight: number, radius: number, share: number): { s: number; bend: number } => {
  const half = (turn / 8) * radius;
  const s = share * (straight + 2 * half) - half;
  if (s < 0) return { s: 0, bend: s / radius };
  return s > straight ? { s: straight, bend: (s - straight) / radius } : { s, bend: 0 };
};

/** The place on the middle line after so many of the four sides (1.5 is the middle of the right side). */
const placeOn = ({ width, height, radius }: Frame, sides: number): Place => {
  const side = Math.floor(sides) % 4;
  const [along, across] = side % 2 === 0 ? [width, height] : [height, width];
  const { s, bend } = alongSide(along - 2 * radius, radius, sides - Math.floor(sides));
  // As on the upper side, walked from left to right; then turned to the side it is.
  const x = s + radius - along / 2 + radius * Math.sin(bend);
  const y = radius - across / 2 - radius * Math.cos(bend);
  const angle = (side * turn) / 4;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [outX, outY] = [Math.sin(bend), -Math.cos(bend)];
  return {
    x: x * cos - y * sin,
    y: x * sin + y * cos,
    outX: outX * cos - outY * sin,
    outY: outX * sin + outY * cos,
  };
};

/**
 * A woven band around a frame, centred on the origin: one path for each strand. Every side holds whole waves, so that
 * all four corners look alike and mirror themselves.
 */
export const guillocheBand = (frame: Frame, band: Band): string[] => {
  const { wavesAcross, wavesDown, amplitude } = band;
  const total = 2 * (wavesAcross + wavesDown);
  const ends = [wavesAcross, wavesAcross + wavesDown, total - wavesDown, total];
  const sidesAt = (wave: number): number => {
    const side = ends.findIndex((end) => wave < end);
    return side + 1 - ((ends[side] ?? total) - wave) / (side % 2 === 0 ? wavesAcross : wavesDown);
  };
  return phases(band).map((phase) =>
    pathOf((t) => {
      const wave = (((t % 1) + 1) % 1) * total;
      const { x, y, outX, outY } = placeOn(frame, sidesAt(wave));
      const offset = amplitude * Math.sin(turn * (wave + phase));
      return { x: x + outX * offset, y: y + outY * offset };
    }, total * 6),
  );
};

/** Each ribbon's lines on both sides of its middle; the middles lie so that the whole mirrors itself. */
const phases = ({ ribbons, strands, spread }: Band): number[] =>
  Array.from({ length: ribbons * strands }, (_, i) => {
    const ribbon = Math.floor(i / strands) / ribbons;
    return 0.25 + ribbon + spread * ((i % strands) / Math.max(1, strands - 1) - 0.5);
  });

export type Rosette = {
  /** Mean radius of the ring. */
  radius: number;
  amplitude: number;
  petals: number;
  strands: number;
};

/** One ring of a rosette, centred on the origin: one path for each strand. */
export const guillocheRing = ({ radius, amplitude, petals, strands }: Rosette): string[] =>
  Array.from({ length: strands }, (_, strand) => {
    const phase = strand / strands;
    const curve: Curve = (t) => {
      const r = radius + amplitude * Math.sin(turn * (petals * t + phase));
      return { x: r * Math.sin(turn * t), y: -r * Math.cos(turn * t) };
    };
    return pathOf(curve, petals * 5);
  });
