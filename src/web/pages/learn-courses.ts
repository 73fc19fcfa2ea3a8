import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type CatalogueQuery,
  type CourseDescription,
  type CourseSummary,
  renderInline,
} from '../../learning/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Language, Words } from '../../platform/i18n.ts';
import type { LearnPagesDeps } from './learn-deps.ts';
import { learnerOf } from './learn-deps.ts';
import { pathLines } from './learn-paths.ts';
import { durationText, listText, validityText } from './learn-words.ts';

/** Whatever stands in the address, the catalogue answers: what it cannot read it leaves out. */
const querySchema = z.object({
  q: z.string().trim().max(100).catch(''),
  access: z.enum(['free', 'paid', '']).catch(''),
  time: z.enum(['60', '180', '']).catch(''),
  topic: z.string().max(100).catch(''),
});

const queryOf = (request: Request): { typed: z.infer<typeof querySchema>; query: CatalogueQuery } => {
  const typed = querySchema.parse(request.query);
  const query = {
    text: typed.q,
    ...(typed.access === '' ? {} : { access: typed.access }),
    ...(typed.time === '' ? {} : { longest: Number(typed.time) }),
    ...(typed.topic === '' ? {} : { topic: typed.topic }),
  };
  return { typed, query };
};

const testFacts = (words: Words, language: Language, { test }: CourseDescription) =>
  test && {
    ...test,
    time: durationText(words, test.timeLimitMinutes),
    waits: listText(
      language,
      test.waitingMinutes.map((minutes) => durationText(words, minutes)),
    ),
  };

const sampleHtml = (
  { prompt, options, solution, explanation }: CourseDescription['samples'][number],
  language: Language,
) => ({
  promptHtml: renderInline(prompt[language]),
  options: options.map((text) => renderInline(text[language])),
  solution: solution.map((text) => renderInline(text[language])),
  explanationHtml: renderInline(explanation[language]),
});

/** The catalogue and the page of each course: open to everybody, and without a cookie as long as nobody signs in. */
export const createCoursePages = (deps: LearnPagesDeps): Router => {
  const { render, learning, requireSignIn, accountOf, priceOf, renewalPriceOf } = deps;

  const offer = async (words: Words, course: CourseSummary) => ({
    course,
    workload: durationText(words, course.workloadMinutes),
    price: course.access === 'paid' ? await priceOf(course.id) : undefined,
  });

  const catalogue = async (request: Request, response: Response): Promise<void> => {
    const { words } = contextOf(response);
    const { typed, query } = queryOf(request);
    const courses = await Promise.all((await learning.catalogue(query)).map((one) => offer(words, one)));
    const isFiltered = Object.values(typed).some((value) => value !== '');
    const topics = await learning.topics();
    const data = {
      typed,
      courses,
      isFiltered,
      accesses: ['free', 'paid'],
      times: ['60', '180'],
      topics: topics.map(({ id, label }) => ({ id, label: label[words.language] })),
      paths: isFiltered ? [] : await pathLines(deps, words),
    };
    render(request, response, { view: 'learn/catalogue', title: words('learn:catalogue.title'), data });
  };

  const course = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const found = await learning.course(String(request.params.courseId));
    if (!found) throw notFound();
    const account = accountOf(request);
    const prerequisites = await learning.prerequisites(found.id, account?.id);
    const data = {
      ...(await offer(words, found)),
      modules: found.modules.map((one) => ({ ...one, duration: durationText(words, one.minutes) })),
      test: testFacts(words, language, found),
      samples: found.samples.map((sample) => sampleHtml(sample, language)),
      validity: validityText(words, found.validity, await renewalPriceOf(found.id)),
      prerequisites,
      isLocked: prerequisites.some(({ completed }) => !completed),
      signedIn: account !== undefined,
      enrolment: account && (await learning.enrolmentIn(account.id, found.id)),
    };
    render(request, response, { view: 'learn/course', title: found.title[language], data });
  };

  const enrol = async (request: Request, response: Response): Promise<void> => {
    const courseId = String(request.params.courseId);
    const { enrolmentId } = await learning.enrol({ accountId: learnerOf(deps, request), courseId });
    response.redirect(303, `/${contextOf(response).language}/learn/${enrolmentId}`);
  };

  const router = Router();
  router.get('/courses', catalogue);
  router.get('/courses/:courseId', course);
  // The id of the achievement in a credential: whoever follows it finds what it stands for.
  router.get('/achievements/:courseId/:version', (request, response) =>
    response.redirect(
      303,
      `/${contextOf(response).language}/courses/${encodeURIComponent(request.params.courseId)}`,
    ),
  );
  // The way back from signing in: a form could not be sent there.
  router.get('/courses/:courseId/start', requireSignIn, (request, response) => {
    const courseId = encodeURIComponent(String(request.params.courseId));
    response.redirect(303, `/${contextOf(response).language}/courses/${courseId}`);
  });
  router.post('/courses/:courseId/enrol', requireSignIn, enrol);
  return router;
};
