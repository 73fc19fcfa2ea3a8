/**
 * The columns of a file of questions. Parts (`part1_…` to `part20_…`) are what is chosen, ordered, matched or accepted:
 * `right` is `yes`, empty, or a percentage of the points; `match` is the right half of a line.
 */
export const csvColumns = [
  'kind',
  'tags',
  'points',
  'scoring',
  'prompt_en',
  'prompt_fr',
  'explanation_en',
  'explanation_fr',
  'answer',
  'tolerance',
  'unit_en',
  'unit_fr',
  'case_sensitive',
  'keep_order',
  'max_length',
  'guide_en',
  'guide_fr',
] as const;

export const partColumns = [
  'en',
  'fr',
  'right',
  'match_en',
  'match_fr',
  'feedback_en',
  'feedback_fr',
] as const;
export type PartColumn = (typeof partColumns)[number];

export const mostParts = 26;

export const partColumn = (index: number, column: PartColumn): string => `part${index + 1}_${column}`;
