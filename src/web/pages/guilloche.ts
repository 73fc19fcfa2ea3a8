const round = (value: number): string => value.toFixed(1);

/** A closed wave around a circle: `lobes` waves of the given depth, as an SVG path. */
const rosetteRing = (radius: number, depth: number, lobes: number, turn: number): string => {
  const steps = lobes * 9;
  const points = Array.from({ length: steps }, (_, step) => {
    const angle = (step / steps) * 2 * Math.PI;
    const reach = radius + depth * Math.sin(lobes * angle + turn);
    return `${round(reach * Math.cos(angle))} ${round(reach * Math.sin(angle))}`;
  });
  return `M${points.join('L')}Z`;
};

/** The rosette of the sample certificate: fine lines crossing, drawn about 0,0 within a radius of 50. */
export const rosette = (): string =>
  Array.from({ length: 8 }, (_, ring) => rosetteRing(34, 12, 9, (ring * Math.PI) / 4)).join('') +
  Array.from({ length: 4 }, (_, ring) => rosetteRing(15, 5, 7, (ring * Math.PI) / 2)).join('');

/** A band of four crossing waves, `width` long and 6 high, for the edges of the sample certificate. */
export const waveBand = (width: number): string =>
  [0, 3, 6, 9].map((shift) => `M${-shift} 3q3 -5 6 0${'t6 0'.repeat(width / 6 + 1)}`).join('');
