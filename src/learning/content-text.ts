import { z } from 'zod';
import { markdownComplaints } from './course-markdown.ts';

/** The small shapes that everything authors write is made of: names, texts, texts in both languages. */

/** Lower-case words joined by hyphens; also the name of a file or folder, so nothing else is allowed. */
export const slug = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');

export const text = z
  .string()
  .min(1, 'must not be empty')
  .refine((value) => value === value.trim(), 'must not begin or end with white space')
  .superRefine((value, context) => {
    for (const message of new Set(value.split('\n').flatMap(markdownComplaints))) {
      context.addIssue({ code: 'custom', message });
    }
  });

export const localised = z.strictObject({ en: text, fr: text });

const noControls = [/^(?:[\n\r]|\P{Cc})*$/u, 'must hold no tabs or control characters'] as const;
const signedLine = text.regex(...noControls);

/** What certificates repeat: older wallets refuse the signature over a tab or another control character. */
export const signedText = z.strictObject({ en: signedLine, fr: signedLine });
export const signedUrl = z.url({ protocol: /^https?$/ }).regex(...noControls);
export const signedCode = z
  .string()
  .min(1)
  .max(40)
  .regex(...noControls);

/** One text in both languages of the house. */
export type Localised = z.infer<typeof localised>;
