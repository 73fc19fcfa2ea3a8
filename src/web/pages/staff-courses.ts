import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type Accounts, accountOf, requireRole } from '../../accounts/index.ts';
import {
  activityIn,
  type CourseDraft,
  type DraftFault,
  factFields,
  type Learning,
  moved,
  renderMarkdown,
  withActivity,
  withAssignment,
  withChange,
  withFacts,
  withNew,
  withoutActivity,
} from '../../learning/index.ts';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';
import {
  assignmentFields,
  assignmentForm,
  assignmentLabel,
  assignmentLabels,
  editValues,
  readAssignment,
} from './staff-course-assignment.ts';
import {
  activityForm,
  differencesOf,
  factsForm,
  factValues,
  labelsOf,
  modulesOf,
  newPageForm,
  returnForm,
  type SentValues,
  stepForm,
  textOf,
  valuesOf,
} from './staff-course-form.ts';

type Deps = { render: Render; drafts: Learning['drafts']; accounts: Pick<Accounts, 'nameOf'> };

type Outdated = { draft: CourseDraft; sent: SentValues; theirs: SentValues };

const courseIdOf = (request: Request): string => String(request.params.courseId);
const activityIdOf = (request: Request): string => String(request.params.activityId);
const pathOf = (response: Response, courseId: string, rest = ''): string =>
  `/${contextOf(response).language}/staff/courses/${encodeURIComponent(courseId)}${rest}`;

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

const labelOf = (field: string, words: Words): string =>
  words.has(`courses:field.${field}`) ? words(`courses:field.${field}`) : assignmentLabel(field, words);

/** The next versions of courses: written in both languages side by side, reviewed, published by a second person. */
export const createStaffCoursePages = ({ render, drafts, accounts }: Deps): Router => {
  const author = requireRole('author', 'administrator');

  const draftOf = async (request: Request): Promise<CourseDraft> => {
    const { draft } = await drafts.show(courseIdOf(request));
    if (!draft) throw notFound();
    return draft;
  };

  const list: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const data = { courses: await drafts.list() };
    render(request, response, { view: 'staff/courses', title: words('courses:title'), data });
  };

  const faultLine = (draft: CourseDraft, fault: DraftFault, words: Words) => {
    const title = activityIn(draft.content, fault.place)?.title;
    const place = title ? title[words.language] || title.en || title.fr || fault.place : '';
    return {
      activityId: title && fault.place,
      place,
      field: words(`courses:field.${fault.field}`),
      languageName: fault.language && words(`courses:language.${fault.language}`),
      message: words(`courses:fault.${fault.code}`),
      detail: fault.detail,
    };
  };

  type Shown = { values?: SentValues; faults?: readonly FieldFault[]; status?: number };

  const show = async (request: Request, response: Response, shown: Shown = {}): Promise<void> => {
    const { words, language } = contextOf(response);
    const { course, draft } = await drafts.show(courseIdOf(request));
    const title = course.title[language];
    if (!draft) {
      const data = { course };
      return render(request, response, { view: 'staff/course', title, noindex: true, data });
    }
    const { id } = accountOf(request);
    const faults = drafts.faultsOf(draft);
    const names = await Promise.all(draft.authors.map((one) => accounts.nameOf(one)));
    const data = {
      course,
      draft,
      modules: modulesOf(draft, course),
      authors: names.filter((name) => name !== undefined),
      isAuthor: draft.authors.includes(id),
      isWriting: draft.state === 'writing',
      saved: request.query.saved === 'yes',
      faults: faults.map((fault) => faultLine(draft, fault, words)),
      facts: factFields,
      form: formOf({
        words,
        values: shown.values ?? factValues(draft),
        faults: shown.faults ?? [],
        labels: {
          id: words('courses:new.id'),
          note: words('courses:note'),
          ...labelsOf([...factFields, 'changes'], words),
        },
      }),
    };
    render(request, response, {
      view: 'staff/course-draft',
      title,
      wide: true,
      noindex: true,
      data,
      ...(shown.status ? { status: shown.status } : {}),
    });
  };

  const begin: RequestHandler = async (request, response) => {
    const { courseId } = await drafts.begin(courseIdOf(request), accountOf(request).id);
    response.redirect(303, pathOf(response, courseId));
  };

  /** Nothing of either is lost: both texts stand side by side, and ours go on over theirs when they are saved again. */
  const showOutdated = (
    request: Request,
    response: Response,
    { draft, sent, theirs, back }: Outdated & { back: string },
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

  const editFacts: RequestHandler = async (request, response) => {
    const courseId = courseIdOf(request);
    const sent = valuesOf(request.body);
    const checked = check(factsForm, request.body);
    if (!checked.ok) return show(request, response, { values: sent, faults: checked.faults, status: 422 });
    const { revision, ...typed } = checked.value;
    const step = { courseId, revision, by: accountOf(request).id };
    const { outcome, draft } = await drafts.edit(step, (content) =>
      withChange(
        withFacts(content, {
          title: textOf(typed, 'title'),
          summary: textOf(typed, 'summary'),
          audience: textOf(typed, 'audience'),
          level: textOf(typed, 'level'),
        }),
        textOf(typed, 'changes'),
      ),
    );
    if (outcome === 'written') return response.redirect(303, pathOf(response, courseId, '?saved=yes'));
    showOutdated(request, response, {
      ...{ draft, sent, theirs: factValues(draft) },
      back: pathOf(response, courseId),
    });
  };

  const showActivity = async (request: Request, response: Response, shown: Shown = {}): Promise<void> => {
    const { words, language } = contextOf(response);
    const draft = await draftOf(request);
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
    render(request, response, {
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
    const activity = activityIn((await draftOf(request)).content, activityId);
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
    const { outcome, draft } = await drafts.edit(step, (content) => {
      const edited = withActivity(content, activityId, edit);
      return assignment ? withAssignment(edited, activityId, assignment) : edited;
    });
    const here = pathOf(response, courseId, `/activities/${activityId}`);
    if (outcome === 'written') return response.redirect(303, `${here}?saved=yes`);
    showOutdated(request, response, { draft, sent, theirs: editValues(draft, activityId), back: here });
  };

  /** Adding, moving and taking out: small steps, which are simply refused when somebody else has written meanwhile. */
  const arrange: RequestHandler = async (request, response) => {
    const courseId = courseIdOf(request);
    const checked = check(newPageForm, request.body);
    if (!checked.ok) {
      const values = { ...factValues(await draftOf(request)), ...valuesOf(request.body) };
      return show(request, response, { values, faults: checked.faults, status: 422 });
    }
    const { revision, action, target, id, kind } = checked.value;
    const { content } = await draftOf(request);
    if (action === 'add' && (id === '' || activityIn(content, id))) {
      const faults = [{ pointer: '/id', code: id === '' ? 'required' : 'repeated' }];
      const values = { ...factValues(await draftOf(request)), ...valuesOf(request.body) };
      return show(request, response, { values, faults, status: 422 });
    }
    const step = { courseId, revision, by: accountOf(request).id };
    const { outcome } = await drafts.edit(step, (now) => {
      if (action === 'add') return withNew(now, target, { id, kind, title: { en: '', fr: '' } });
      if (action === 'remove') return withoutActivity(now, target);
      return moved(now, target, action === 'up' ? -1 : 1);
    });
    if (outcome === 'outdated') throw new DomainError('conflict', 'draft-changed');
    response.redirect(303, pathOf(response, courseId, action === 'add' ? `/activities/${id}` : '#content'));
  };

  const step: RequestHandler = async (request, response) => {
    const checked = check(stepForm, request.body);
    if (!checked.ok) throw new DomainError('invalid', 'invalid-input', { errors: checked.faults });
    const { revision, action } = checked.value;
    const wanted = { courseId: courseIdOf(request), revision, by: accountOf(request).id };
    await (action === 'submit' ? drafts.submit(wanted) : drafts.publish(wanted));
    response.redirect(303, pathOf(response, wanted.courseId));
  };

  const sendBack: RequestHandler = async (request, response) => {
    const checked = check(returnForm, request.body);
    if (!checked.ok) {
      const values = { ...factValues(await draftOf(request)), ...valuesOf(request.body) };
      return show(request, response, { values, faults: checked.faults, status: 422 });
    }
    const { revision, note } = checked.value;
    await drafts.sendBack({ courseId: courseIdOf(request), revision, note, by: accountOf(request).id });
    response.redirect(303, pathOf(response, courseIdOf(request)));
  };

  const router = Router();
  router.get('/staff/courses', author, list);
  router.get('/staff/courses/:courseId', author, (request, response) => show(request, response));
  router.post('/staff/courses/:courseId/draft', author, begin);
  router.post('/staff/courses/:courseId/facts', author, editFacts);
  router.post('/staff/courses/:courseId/arrange', author, arrange);
  router.post('/staff/courses/:courseId/step', author, step);
  router.post('/staff/courses/:courseId/return', author, sendBack);
  router.get('/staff/courses/:courseId/activities/:activityId', author, (request, response) =>
    showActivity(request, response),
  );
  router.post('/staff/courses/:courseId/activities/:activityId', author, editActivity);
  return router;
};
