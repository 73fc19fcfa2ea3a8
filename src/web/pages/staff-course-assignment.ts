import { z } from 'zod';
import {
  type AssignmentEdit,
  type AssignmentRules,
  activityIn,
  type CourseDraft,
  fileKinds,
  longestText,
  mostCriteria,
} from '../../learning/index.ts';
import type { FieldFault } from '../../platform/errors.ts';
import type { Words } from '../../platform/i18n.ts';
import { activityForm, activityValues, type SentValues, textOf, typed } from './staff-course-form.ts';

/** The form in which authors say what an assignment asks for. Rows of the rubric are numbered; an emptied one goes. */

const asked = ['none', 'optional', 'required'] as const;
const completions = ['hand-in', 'pass'] as const;
const rows = Array.from({ length: mostCriteria }, (_, index) => index);
/** Empty rows that are offered beside what is there. */
const offered = 2;

const optional = (longest: number) => typed(longest).default('');

const rowShape = Object.fromEntries(
  rows.flatMap((row) => [
    [`criterion-${row}-id`, z.string().max(64).default('')],
    [`criterion-${row}-points`, optional(3)],
    ...['title', 'description'].flatMap((field) =>
      ['en', 'fr'].map((language) => [`criterion-${row}-${field}.${language}`, optional(600)]),
    ),
  ]),
) as Record<string, z.ZodType<string>>;

const kindShape = Object.fromEntries(
  fileKinds.map((kind) => [`kind-${kind}`, z.literal('yes').optional()]),
) as Record<string, z.ZodType<'yes' | undefined>>;

export const assignmentForm = z.strictObject({
  ...activityForm.shape,
  text: z.enum(asked),
  textMost: z.coerce.number().int().min(100).max(longestText),
  file: z.enum(asked),
  fileMegabytes: z.coerce.number().int().min(1).max(10),
  passMark: z.coerce.number().int().min(1).max(100),
  resubmissions: z.coerce.number().int().min(0).max(5),
  completion: z.enum(completions),
  ...kindShape,
  ...rowShape,
});

type Sent = z.infer<typeof assignmentForm>;
type Criterion = AssignmentRules['criteria'][number];

const slugOf = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-|-$/g, '');

const rowOf = (sent: Sent, row: number): { criterion?: Criterion; faults: FieldFault[] } => {
  const values = sent as Readonly<Record<string, unknown>>;
  const title = textOf(values, `criterion-${row}-title`);
  const description = textOf(values, `criterion-${row}-description`);
  const written = [title.en, title.fr, description.en, description.fr];
  if (written.every((text) => text === '')) return { faults: [] };
  const name = `criterion-${row}-points`;
  const points = Number(values[name]);
  if (!Number.isInteger(points) || points < 1 || points > 100)
    return { faults: [{ pointer: `/${name}`, code: 'not-valid' }] };
  const kept = String(values[`criterion-${row}-id`] ?? '');
  const id = slugOf(kept || title.en || title.fr) || `criterion-${row + 1}`;
  return { criterion: { id, title, description, points }, faults: [] };
};

/** Two criteria that are called alike stay two. */
const apart = (criteria: readonly Criterion[]): Criterion[] =>
  criteria.map((one, index) =>
    criteria.slice(0, index).some(({ id }) => id === one.id) ? { ...one, id: `${one.id}-${index + 1}` } : one,
  );

/** What the form says, or what in it cannot be read. */
export const readAssignment = (sent: Sent): { edit: AssignmentEdit; faults: readonly FieldFault[] } => {
  const read = rows.map((row) => rowOf(sent, row));
  const criteria = apart(read.flatMap(({ criterion }) => (criterion ? [criterion] : [])));
  const values = sent as Readonly<Record<string, unknown>>;
  const kinds = fileKinds.filter((kind) => values[`kind-${kind}`] === 'yes');
  const faults = read.flatMap((one) => one.faults);
  if (sent.file !== 'none' && kinds.length === 0) faults.push({ pointer: '/kinds', code: 'required' });
  if (criteria.length === 0 && faults.length === 0)
    faults.push({ pointer: '/criterion-0-title.en', code: 'required' });
  const { textMost: most, fileMegabytes: mostMegabytes } = sent;
  return {
    faults,
    edit: {
      assignment: {
        ...(sent.text === 'none' ? {} : { text: { most, required: sent.text === 'required' } }),
        ...(sent.file === 'none'
          ? {}
          : { file: { kinds, mostMegabytes, required: sent.file === 'required' } }),
        criteria,
        passMark: sent.passMark / 100,
        resubmissions: sent.resubmissions,
      },
      completion: { rule: sent.completion },
    },
  };
};

const askedOf = (part: { required: boolean } | undefined): (typeof asked)[number] =>
  part ? (part.required ? 'required' : 'optional') : 'none';

const assignmentValues = ({ assignment, completion }: AssignmentEdit): SentValues => ({
  text: askedOf(assignment.text),
  textMost: String(assignment.text?.most ?? 5000),
  file: askedOf(assignment.file),
  fileMegabytes: String(assignment.file?.mostMegabytes ?? 5),
  ...Object.fromEntries((assignment.file?.kinds ?? []).map((kind) => [`kind-${kind}`, 'yes'])),
  passMark: String(Math.round(assignment.passMark * 100)),
  resubmissions: String(assignment.resubmissions),
  completion: completion.rule,
  ...Object.fromEntries(
    assignment.criteria.flatMap(({ id, title, description, points }, row) => [
      [`criterion-${row}-id`, id],
      [`criterion-${row}-title.en`, title.en],
      [`criterion-${row}-title.fr`, title.fr],
      [`criterion-${row}-description.en`, description.en],
      [`criterion-${row}-description.fr`, description.fr],
      [`criterion-${row}-points`, String(points)],
    ]),
  ),
});

/** An activity as its form shows it, whatever its kind. */
export const editValues = (draft: CourseDraft, activityId: string): SentValues => {
  const activity = activityIn(draft.content, activityId);
  const values = activityValues(draft, activityId);
  return activity?.kind === 'assignment' ? { ...values, ...assignmentValues(activity) } : values;
};

/** A field in words, for what is wrong with it and where two people wrote differently. */
export const assignmentLabel = (name: string, words: Words): string => {
  const [, row, part] = /^criterion-(\d+)-(\w+)/.exec(name) ?? [];
  if (row === undefined) return words(`courses:assignment.${name.startsWith('kind-') ? 'kinds' : name}`);
  const key = part === 'points' || part === 'description' ? part : 'title-of';
  return words('courses:assignment.row', {
    number: Number(row) + 1,
    part: words(`courses:assignment.${key}`),
  });
};

/** What the page needs to draw the form. */
export const assignmentFields = ({ assignment }: AssignmentEdit, words: Words, sent: SentValues) => {
  const filled = rows.filter((row) =>
    Object.entries(sent).some(([name, text]) => name.startsWith(`criterion-${row}-`) && text !== ''),
  );
  const shown = Math.min(mostCriteria, Math.max(assignment.criteria.length, filled.length) + offered);
  const optionsOf = (values: readonly string[], key: string) =>
    values.map((value) => ({ value, label: words(`courses:assignment.${key}-${value}`) }));
  return {
    asked: optionsOf(asked, 'asked'),
    completions: optionsOf(completions, 'completion'),
    kinds: fileKinds.map((kind) => ({
      name: `kind-${kind}`,
      label: words(`assignment:kinds.${kind}`),
    })),
    rows: rows.slice(0, shown).map((row) => ({
      number: row + 1,
      id: `criterion-${row}-id`,
      title: `criterion-${row}-title`,
      description: `criterion-${row}-description`,
      points: `criterion-${row}-points`,
    })),
  };
};

/** The labels of all its fields. */
export const assignmentLabels = (words: Words): Record<string, string> =>
  Object.fromEntries(
    [...Object.keys(assignmentForm.shape), 'kinds']
      .filter((name) => !(name in activityForm.shape))
      .map((name) => [name, assignmentLabel(name, words)]),
  );
