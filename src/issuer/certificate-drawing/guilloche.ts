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

/** The middle line of the band: a rectangle with round corners, and the direction that points outward. */
const aroundFrame = ({ width, height, radius }: Frame) => {
  const straightX = width - 2 * radius;
  const straightY = height - 2 * radius;
  const arc = (turn / 4) * radius;
  const length = 2 * (straightX + straightY) + 4 * arc;
  const right = width / 2;
  const bottom = height / 2;
  const sides = [
    { run: straightX, x: radius - right, y: -bottom, angle: 0 },
    { run: straightY, x: right, y: radius - bottom, angle: turn / 4 },
    { run: straightX, x: right - radius, y: bottom, angle: turn / 2 },
    { run: straightY, x: -right, y: bottom - radius, angle: (3 * turn) / 4 },
  ];
  const at = (t: number): Point & { outX: number; outY: number } => {
    // From the middle of the upper side, so that whatever repeats evenly is symmetrical in both directions.
    let s = (((t % 1) + 1) * length + straightX / 2) % length;
    for (const { run, x, y, angle } of sides) {
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      if (s <= run) return { x: x + dx * s, y: y + dy * s, outX: dy, outY: -dx };
      s -= run;
      if (s <= arc) {
        const bend = angle + s / radius;
        const [outX, outY] = [Math.sin(bend), -Math.cos(bend)];
        const centre = { x: x + dx * run - dy * radius, y: y + dy * run + dx * radius };
        // Outward at the start of the arc is (dy, -dx); the centre lies the other way.
        return { x: centre.x + outX * radius, y: centre.y + outY * radius, outX, outY };
      }
      s -= arc;
    }
    const { x, y } = sides[0] as Point;
    return { x, y, outX: 0, outY: -1 };
  };
  return { at, length };
};

export type Band = {
  /** Whole waves on the way round. */
  waves: number;
  /** How far a wave leaves the middle line. */
  amplitude: number;
  /** Ribbons woven into each other, evenly spread over the period. */
  ribbons: number;
  /** Lines of one ribbon, and the share of the period that they cover together. */
  strands: number;
  spread: number;
  /** Swellings on the way round, and how much of the amplitude they take (0 to 1). */
  swellings: number;
  depth: number;
};

/** A woven band around a frame, centred on the origin: one path for each strand. */
export const guillocheBand = (frame: Frame, band: Band): string[] => {
  const { at } = aroundFrame(frame);
  return phases(band).map((phase) => {
    const curve: Curve = (t) => {
      const place = at(t);
      const swell = 1 - band.depth * (0.5 - 0.5 * Math.cos(turn * band.swellings * t));
      const offset = band.amplitude * swell * Math.sin(turn * (band.waves * t + phase));
      return { x: place.x + place.outX * offset, y: place.y + place.outY * offset };
    };
    return pathOf(curve, band.waves * 5);
  });
};

/** Each ribbon's lines on both sides of its middle; the middles lie so that the whole mirrors itself. */
const phases = ({ ribbons, strands, spread }: Pick<Band, 'ribbons' | 'strands' | 'spread'>): number[] =>
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
