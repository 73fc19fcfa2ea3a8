import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ListedIssuer } from './listed-issuer.ts';

const localised = z.strictObject({ en: z.string().min(1).max(500), fr: z.string().min(1).max(500) });

const listed = z
  .strictObject({
    did: z.string().regex(/^did:[a-z0-9]+:\S+$/),
    name: z.string().min(1).max(200),
    from: z.iso.date(),
    until: z.iso.date().optional(),
    note: localised,
  })
  .refine(({ from, until }) => until === undefined || from <= until, 'ends before it begins');

/** The file `content/trusted-issuers.json`. A field that nobody knows is a fault, and so is an issuer named twice. */
const trustList = z.strictObject({
  issuers: z
    .array(listed)
    .refine(
      (issuers) => new Set(issuers.map(({ did }) => did)).size === issuers.length,
      'an issuer is listed twice',
    ),
});

/** Reads the reviewed list. @throws for a file that is missing or not as it should be: that stops the start. */
export const readTrustList = (file: string): readonly ListedIssuer[] =>
  trustList
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .issuers.map(({ until, ...issuer }) => ({ ...issuer, ...(until === undefined ? {} : { until }) }));
