import { z } from 'zod';
import type { Localised } from '../../platform/i18n.ts';

/** Colours of line work and mark: each dark enough to be read in grey print, at least 4.5:1 on paper. */
export const sheetColours = { seal: '#8a1c2c', blue: '#1d4e89', green: '#1b6e3c', slate: '#4a4760' } as const;
/** What the sheet calls itself, worded as `certificate:headings.<key>`. */
export const sheetHeadings = ['achievement', 'completion', 'certification'] as const;
/** Over the operator’s name: the rosette with the initial, or nothing. */
export const sheetMarks = ['rosette', 'none'] as const;

const line = z.string().trim().min(1).max(80);

/** What may differ from sheet to sheet. Wording, layout and codes are the same for all. */
export const sheetDesign = z.strictObject({
  colour: z.enum(Object.keys(sheetColours) as [keyof typeof sheetColours]),
  heading: z.enum(sheetHeadings),
  mark: z.enum(sheetMarks),
  /** Who signs, where it is not whoever signs for the operator. */
  signatory: z.strictObject({ name: line, title: z.strictObject({ en: line, fr: line }) }).optional(),
});
export type SheetDesign = {
  colour: keyof typeof sheetColours;
  heading: (typeof sheetHeadings)[number];
  mark: (typeof sheetMarks)[number];
  signatory?: { name: string; title: Localised } | undefined;
};

/** A version is never changed; a certificate keeps the design that it was issued with. */
export type SheetTemplate = {
  id: string;
  version: number;
  label: string;
  design: SheetDesign;
  createdAt: Date;
};

export const standardDesign: SheetDesign = { colour: 'seal', heading: 'achievement', mark: 'rosette' };

/** The one that every course begins with. */
export const standardTemplate: SheetTemplate = {
  id: 'standard',
  version: 1,
  label: 'Standard',
  design: standardDesign,
  createdAt: new Date(0),
};
