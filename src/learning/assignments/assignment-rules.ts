import { z } from 'zod';
import { localised, slug } from '../content-text.ts';
import { fileKinds } from './handed-file.ts';

/** What an assignment asks for, as authors write it. Shares are fractions of 1. */

/** Characters; whoever hands in may always write less. */
export const longestText = 20_000;
export const mostCriteria = 12;

const criterion = z.strictObject({
  id: slug,
  title: localised,
  /** What earns the points. */
  description: localised,
  points: z.int().min(1).max(100),
});

export const assignmentRules = z.strictObject({
  text: z.strictObject({ most: z.int().min(100).max(longestText), required: z.boolean() }).exactOptional(),
  file: z
    .strictObject({
      kinds: z.array(z.enum(fileKinds)).min(1),
      mostMegabytes: z.int().min(1).max(10),
      required: z.boolean(),
    })
    .exactOptional(),
  criteria: z.array(criterion).min(1).max(mostCriteria),
  passMark: z.number().gt(0).max(1),
  /** How often it may be handed in again after it was returned or not passed. */
  resubmissions: z.int().min(0).max(5),
});

export type AssignmentRules = z.infer<typeof assignmentRules>;

export const pointsOfAll = ({ criteria }: Pick<AssignmentRules, 'criteria'>): number =>
  criteria.reduce((sum, { points }) => sum + points, 0);

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

/** What no single field can show, in English for the authors of files. */
export const assignmentFaults = ({ text, file, criteria }: AssignmentRules) => [
  ...(text || file ? [] : [{ field: 'text', message: 'asks for neither a text nor a file' }]),
  ...repeated(file?.kinds ?? []).map((kind) => ({ field: 'file.kinds', message: `"${kind}" is repeated` })),
  ...repeated(criteria.map(({ id }) => id)).map((id) => ({
    field: 'criteria',
    message: `id "${id}" is used twice`,
  })),
];
