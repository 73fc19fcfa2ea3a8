export { type FitStep, type FittedText, fitLines } from './fit-lines.ts';
export { type Coverage, createFonts, type FontFace, type Fonts } from './fonts.ts';
