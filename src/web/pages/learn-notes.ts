import { z } from 'zod';
import { longestNote, type NoteView } from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';

/** The learner's own note beside an activity, as `partials/note.hbs` draws it. */

const sent = z.strictObject({
  // Browsers send line ends as CR LF, and count one for each against the limit of the field.
  text: z
    .string()
    .transform((typed) => typed.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(longestNote)),
  revision: z.coerce.number().int().min(0).max(1_000_000),
});

type Typed = { text: string; outdated?: boolean; faults?: readonly FieldFault[] };

export const noteData = (note: NoteView, words: Words, typed?: Typed) => ({
  note,
  noteOpen: typed !== undefined || note.text !== '',
  noteOutdated: typed?.outdated === true,
  noteForm: formOf({
    words,
    values: { text: typed?.text ?? note.text },
    faults: typed?.faults ?? [],
    labels: { text: words('learn:note.label') },
  }),
});

/** What was typed is kept whatever is wrong with it. */
export const readNote = (body: unknown): { text: string; seenRevision: number; problem?: DomainError } => {
  const checked = check(sent, body);
  if (checked.ok) return { text: checked.value.text, seenRevision: checked.value.revision };
  const { text } = (body ?? {}) as { text?: unknown };
  const problem = new DomainError('invalid', 'invalid-input', { errors: checked.faults });
  return { text: typeof text === 'string' ? text : '', seenRevision: 0, problem };
};
