import { type Request, type Response, Router } from 'express';
import type { PathView } from '../../learning/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { durationText, listText } from './learn-words.ts';

/** The learning paths as the catalogue lists them. */
export const pathLines = async ({ learning }: Pick<LearnPagesDeps, 'learning'>, words: Words) =>
  (await learning.paths.list()).map(({ id, title, summary, courses, workloadMinutes }) => ({
    ...{ id, title, summary, courses },
    workload: durationText(words, workloadMinutes),
  }));

/** A path: its courses in order, what opens each, and how far one is. */
export const createPathPages = (deps: LearnPagesDeps): Router => {
  const { render, learning, requireSignIn, accountOf, priceOf } = deps;
  const pathIdOf = (request: Request): string => String(request.params.pathId);

  const stepOf = async (step: PathView['steps'][number], words: Words) => {
    const { course, missing } = step;
    const { language } = words;
    const titles = missing.map(({ title }) => words('learn:path.quoted', { title: title[language] }));
    return {
      ...step,
      workload: durationText(words, course.workloadMinutes),
      price: course.access === 'paid' ? await priceOf(course.id) : undefined,
      locked: missing.length > 0 && words('learn:path.locked', { courses: listText(language, titles) }),
    };
  };

  const show = async (request: Request, response: Response): Promise<void> => {
    const { words } = contextOf(response);
    const account = accountOf(request);
    const view = await learning.paths.show(pathIdOf(request), account?.id);
    const data = {
      view,
      workload: durationText(words, view.workloadMinutes),
      steps: await Promise.all(view.steps.map((step) => stepOf(step, words))),
      signedIn: account !== undefined,
      isComplete: view.progress.total > 0 && view.progress.done === view.progress.total,
    };
    render(request, response, { view: 'learn/path', title: view.title[words.language], data });
  };

  const back = (request: Request, response: Response): void =>
    response.redirect(303, `/${contextOf(response).language}/paths/${encodeURIComponent(pathIdOf(request))}`);

  const follow = async (request: Request, response: Response): Promise<void> => {
    await learning.paths.follow(learnerOf(deps, request), pathIdOf(request));
    back(request, response);
  };

  const leave = async (request: Request, response: Response): Promise<void> => {
    await learning.paths.leave(learnerOf(deps, request), pathIdOf(request));
    back(request, response);
  };

  /** A free course is begun here; a paid one is bought on its page. */
  const begin = async (request: Request, response: Response): Promise<void> => {
    const accountId = learnerOf(deps, request);
    const courseId = String(request.params.courseId);
    const { language } = contextOf(response);
    await learning.paths.assertOpen(accountId, pathIdOf(request), courseId);
    await learning.paths.follow(accountId, pathIdOf(request));
    const course = await learning.course(courseId);
    if (!course) throw notFound();
    if (course.access === 'paid' && !(await learning.enrolmentIn(accountId, courseId))) {
      response.redirect(303, `/${language}/courses/${encodeURIComponent(courseId)}`);
      return;
    }
    const { enrolmentId } = await learning.enrol({ accountId, courseId });
    response.redirect(303, `/${language}/learn/${enrolmentId}`);
  };

  const router = Router();
  router.get('/paths/:pathId', show);
  // The way back from signing in: a form could not be sent there.
  router.get('/paths/:pathId/start', requireSignIn, back);
  router.post('/paths/:pathId/follow', requireSignIn, follow);
  router.post('/paths/:pathId/leave', requireSignIn, leave);
  router.post('/paths/:pathId/courses/:courseId', requireSignIn, begin);
  return router;
};
