import { type Request, type RequestHandler, type Response, Router } from 'express';
import { accountOf, requireRole } from '../../accounts/index.ts';
import {
  activityIn,
  type CourseDraft,
  type DraftFault,
  factFields,
  moved,
  withChange,
  withFacts,
  withNew,
  withoutActivity,
} from '../../learning/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { createStaffCourseActivity } from './staff-course-activity.ts';
import { courseIdOf, draftOf, pathOf, type StaffCourseDeps } from './staff-course-address.ts';
import { showOutdated } from './staff-course-conflict.ts';
import {
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

/** The next versions of courses: written in both languages side by side, reviewed, published by a second person. */
export const createStaffCoursePages = (deps: StaffCourseDeps): Router => {
  const { render, drafts, accounts } = deps;
  const activity = createStaffCourseActivity(deps);
  const author = requireRole('author', 'administrator');

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
    showOutdated(render, request, response, {
      ...{ draft, sent, theirs: factValues(draft) },
      back: pathOf(response, courseId),
    });
  };

  /** Adding, moving and taking out: small steps, which are simply refused when somebody else has written meanwhile. */
  const arrange: RequestHandler = async (request, response) => {
    const courseId = courseIdOf(request);
    const checked = check(newPageForm, request.body);
    if (!checked.ok) {
      const values = { ...factValues(await draftOf(deps, request)), ...valuesOf(request.body) };
      return show(request, response, { values, faults: checked.faults, status: 422 });
    }
    const { revision, action, target, id, kind } = checked.value;
    const { content } = await draftOf(deps, request);
    if (action === 'add' && (id === '' || activityIn(content, id))) {
      const faults = [{ pointer: '/id', code: id === '' ? 'required' : 'repeated' }];
      const values = { ...factValues(await draftOf(deps, request)), ...valuesOf(request.body) };
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
      const values = { ...factValues(await draftOf(deps, request)), ...valuesOf(request.body) };
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
    activity.show(request, response),
  );
  router.post('/staff/courses/:courseId/activities/:activityId', author, activity.edit);
  return router;
};
