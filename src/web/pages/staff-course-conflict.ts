import type { Request, Response } from 'express';
import type { CourseDraft } from '../../learning/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import type { Render } from '../render.ts';
import { assignmentLabel } from './staff-course-assignment.ts';
import { differencesOf, type SentValues } from './staff-course-form.ts';

type Outdated = { draft: CourseDraft; sent: SentValues; theirs: SentValues; back: string };

const labelOf = (field: string, words: Words): string =>
  words.has(`courses:field.${field}`) ? words(`courses:field.${field}`) : assignmentLabel(field, words);

/** Nothing of either is lost: both texts stand side by side, and ours go on over theirs when they are saved again. */
export const showOutdated = (
  render: Render,
  request: Request,
  response: Response,
  { draft, sent, theirs, back }: Outdated,
): void => {
  const { words } = contextOf(response);
  render(request, response, {
    view: 'staff/course-conflict',
    title: words('courses:conflict.title'),
    status: 409,
    wide: true,
    noindex: true,
    data: {
      at: draft.changedAt,
      differences: differencesOf(sent, theirs).map((one) => ({
        ...one,
        label: labelOf(one.field, words),
      })),
      hidden: Object.entries({ ...sent, revision: String(draft.revision) }).map(([name, value]) => ({
        name,
        value,
      })),
      action: request.originalUrl,
      back,
    },
  });
};
