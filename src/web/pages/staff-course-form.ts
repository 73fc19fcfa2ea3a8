import { z } from 'zod';
import { activityIn, type CourseDraft, changedActivities } from '../../learning/index.ts';
import { type Localised, languages, type Words } from '../../platform/i18n.ts';

/** The forms in which courses are written: `title.en` and `title.fr` stand side by side. */

/** Typed text as course files hold it: one kind of line end, nothing around it. It may still be empty. */
export const typed = (longest: number) =>
  z
    .string()
    .transform((value) => value.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(longest));
const revision = z.coerce.number().int().min(1);
const short = typed(200);
const paragraph = typed(1000);

export const factsForm = z.strictObject({
  revision,
  'title.en': short,
  'title.fr': short,
  'summary.en': paragraph,
  'summary.fr': paragraph,
  'audience.en': paragraph,
  'audience.fr': paragraph,
  'level.en': short,
  'level.fr': short,
  'changes.en': paragraph,
  'changes.fr': paragraph,
});

export const activityForm = z.strictObject({
  revision,
  'title.en': short,
  'title.fr': short,
  'body.en': typed(30_000),
  'body.fr': typed(30_000),
  minutes: z.coerce.number().int().min(1).max(600),
  required: z.literal('yes').optional(),
});

export const newPageForm = z.strictObject({
  revision,
  action: z.enum(['add', 'remove', 'up', 'down']),
  kind: z.enum(['page', 'assignment']).default('page'),
  /** The module for `add`, the activity for the others. */
  target: z.string().max(64),
  id: z
    .string()
    .trim()
    .max(64)
    .regex(/^([a-z0-9]+(-[a-z0-9]+)*)?$/)
    .default(''),
});

export const stepForm = z.strictObject({ revision, action: z.enum(['submit', 'publish']) });
export const returnForm = z.strictObject({ revision, note: typed(2000).pipe(z.string().min(1)) });

export type SentValues = Readonly<Record<string, string>>;

/** What was typed, as text, whatever is wrong with it. */
export const valuesOf = (body: unknown): SentValues =>
  Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

export const textOf = (values: Readonly<Record<string, unknown>>, field: string): Localised => ({
  en: String(values[`${field}.en`] ?? ''),
  fr: String(values[`${field}.fr`] ?? ''),
});

const both = (field: string, { en, fr }: Localised): SentValues => ({
  [`${field}.en`]: en,
  [`${field}.fr`]: fr,
});

export const factValues = ({ content, revision: seen }: CourseDraft): SentValues => {
  const change = content.changes?.find(({ version }) => version === content.version);
  return {
    revision: String(seen),
    ...both('title', content.title),
    ...both('summary', content.summary),
    ...both('audience', content.audience),
    ...both('level', content.level),
    ...both('changes', change?.text ?? { en: '', fr: '' }),
  };
};

export const activityValues = ({ content, revision: seen }: CourseDraft, activityId: string): SentValues => {
  const activity = activityIn(content, activityId);
  if (!activity) return { revision: String(seen) };
  return {
    revision: String(seen),
    ...both('title', activity.title),
    ...both('body', activity.body),
    minutes: String(activity.minutes),
    ...(activity.required ? { required: 'yes' } : {}),
  };
};

/** The activities of a draft, each with what has become of it since the version that is offered. */
export const modulesOf = ({ content }: CourseDraft, offered: Pick<CourseDraft['content'], 'modules'>) => {
  const changed = changedActivities(content, offered);
  return content.modules.map((one) => ({
    ...one,
    activities: one.activities.map((activity) => ({ ...activity, change: changed.get(activity.id) })),
  }));
};

/** What faults call the fields that stand in both languages. */
export const labelsOf = (fields: readonly string[], words: Words): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap((field) =>
      languages.map((language) => [
        `${field}.${language}`,
        `${words(`courses:field.${field}`)} (${words(`courses:language.${language}`)})`,
      ]),
    ),
  );

/** Where two people wrote differently, both texts. */
export const differencesOf = (ours: SentValues, theirs: SentValues) => {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return names
    .filter((name) => name !== 'revision')
    .map((name) => ({
      field: name.split('.')[0] ?? name,
      lang: /\.(en|fr)$/.exec(name)?.[1] ?? '',
      ours: (ours[name] ?? '').replaceAll('\r\n', '\n').trim(),
      theirs: theirs[name] ?? '',
    }))
    .filter(({ ours: mine, theirs: other }) => mine !== other);
};
