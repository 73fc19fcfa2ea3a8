import { guillocheBand, guillocheRing } from './guilloche.ts';

/** One engraved figure: a path for all its lines, which share one stroke. */
export type LineWork = { path: string };

/** Hundredths of a millimetre. The page is A4 landscape; the origin is its middle. */
export const page = { width: 29_700, height: 21_000 } as const;

const bandInset = 1_150;
const radius = 900;
const frame = { width: page.width - 2 * bandInset, height: page.height - 2 * bandInset, radius };

/** The frame of the page: two ribbons of seven lines, twisted round each other, open in the corners' middles. */
export const border = (): LineWork & { hairlines: { inset: number; radius: number }[] } => ({
  path: guillocheBand(frame, {
    wavesAcross: 13,
    wavesDown: 9,
    amplitude: 235,
    ribbons: 2,
    strands: 7,
    spread: 0.24,
  }).join(''),
  hairlines: [
    { inset: bandInset - 330, radius: radius + 330 },
    { inset: bandInset + 330, radius: radius - 330 },
  ],
});

/** The operator's mark, about 17 mm across, with an open middle for a letter. */
export const rosette = (): LineWork => ({
  path: [
    ...guillocheRing({ radius: 640, amplitude: 190, petals: 18, strands: 6 }),
    ...guillocheRing({ radius: 830, amplitude: 30, petals: 72, strands: 2 }),
  ].join(''),
});
