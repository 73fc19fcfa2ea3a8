import type { Request, RequestHandler, Response } from 'express';
import { accountOf } from '../../accounts/index.ts';
import { activityIn, renderMarkdown, withActivity, withAssignment } from '../../learning/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import { activityIdOf, courseIdOf, draftOf, pathOf, type StaffCourseDeps } from './staff-course-address.ts';
import {
  assignmentFields,
  assignmentForm,
  assignmentLabels,
  editValues,
  readAssignment,
} from './staff-course-assignment.ts';
import { showOutdated } from './staff-course-conflict.ts';
import { activityForm, labelsOf, type SentValues, textOf, valuesOf } from './staff-course-form.ts';

type Shown = { values?: SentValues; faults?: readonly FieldFault[]; status?: number };

/** What the form of an activity says; of an assignment also what it asks for. */
const readActivity = (kind: string, body: unknown) => {
  if (kind !== 'assignment') {
    const checked = check(activityForm, body);
    return checked.ok ? { value: checked.value, faults: [] } : { faults: checked.faults };
  }
  const checked = check(assignmentForm, body);
  if (!checked.ok) return { faults: checked.faults };
  const { edit: assignment, faults } = readAssignment(checked.value);
  return { value: checked.value, faults, assignment };
};

/** One activity of a draft, in both languages side by side. */
export const createStaffCourseActivity = (deps: StaffCourseDeps) => {
  const showActivity = async (request: Request, response: Response, shown: Shown = {}): Promise<void> => {
    const { words, language } = contextOf(response);
    const draft = await draftOf(deps, request);
    const activity = activityIn(draft.content, activityIdOf(request));
    if (!activity) throw notFound();
    const values = shown.values ?? editValues(draft, activity.id);
    const isAssignment = activity.kind === 'assignment';
    const data = {
      draft,
      activity,
      ...(isAssignment ? { fields: assignmentFields(activity, words, values) } : {}),
      isWriting: draft.state === 'writing',
      saved: request.query.saved === 'yes',
      preview: { en: renderMarkdown(activity.body.en), fr: renderMarkdown(activity.body.fr) },
      yes: [{ value: 'yes', label: words('courses:activity.required') }],
      form: formOf({
        words,
        values,
        faults: shown.faults ?? [],
        labels: {
          minutes: words('courses:field.minutes'),
          ...labelsOf(['title', 'body'], words),
          ...(isAssignment ? assignmentLabels(words) : {}),
        },
      }),
    };
    const title = activity.title[language] || words('courses:untranslated');
    deps.render(request, response, {
      view: 'staff/course-activity',
      title,
      wide: true,
      noindex: true,
      data,
      ...(shown.status ? { status: shown.status } : {}),
    });
  };

  const editActivity: RequestHandler = async (request, response) => {
    const [courseId, activityId] = [courseIdOf(request), activityIdOf(request)];
    const sent = valuesOf(request.body);
    const activity = activityIn((await draftOf(deps, request)).content, activityId);
    if (!activity) throw notFound();
    const { value, faults, assignment } = readActivity(activity.kind, request.body);
    if (!value || faults.length > 0)
      return showActivity(request, response, { values: sent, faults, status: 422 });
    const { revision, minutes, required, ...typed } = value;
    const edit = {
      title: textOf(typed, 'title'),
      body: textOf(typed, 'body'),
      minutes,
      required: required === 'yes',
    };
    const step = { courseId, revision, by: accountOf(request).id };
    const { outcome, draft } = await deps.drafts.edit(step, (content) => {
      const edited = withActivity(content, activityId, edit);
      return assignment ? withAssignment(edited, activityId, assignment) : edited;
    });
    const here = pathOf(response, courseId, `/activities/${activityId}`);
    if (outcome === 'written') return response.redirect(303, `${here}?saved=yes`);
    showOutdated(deps.render, request, response, {
      draft,
      sent,
      theirs: editValues(draft, activityId),
      back: here,
    });
  };

  return { show: showActivity, edit: editActivity };
};
