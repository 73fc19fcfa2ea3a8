import type { Request, Response } from 'express';
import type { Accounts } from '../../accounts/index.ts';
import type { CourseDraft, Learning } from '../../learning/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Render } from '../render.ts';

/** Where the draft of a course lies, and what its pages need. */

export type StaffCourseDeps = {
  render: Render;
  drafts: Learning['drafts'];
  accounts: Pick<Accounts, 'nameOf'>;
};

export const courseIdOf = (request: Request): string => String(request.params.courseId);
export const activityIdOf = (request: Request): string => String(request.params.activityId);

export const pathOf = (response: Response, courseId: string, rest = ''): string =>
  `/${contextOf(response).language}/staff/courses/${encodeURIComponent(courseId)}${rest}`;

/** The draft that a request names. @throws DomainError `not-found` */
export const draftOf = async (
  { drafts }: Pick<StaffCourseDeps, 'drafts'>,
  request: Request,
): Promise<CourseDraft> => {
  const { draft } = await drafts.show(courseIdOf(request));
  if (!draft) throw notFound();
  return draft;
};
