import { type Request, type Response, Router } from 'express';
import type { ActivityView, AttemptState, Outline, QuizOutcome, QuizView } from '../../learning/index.ts';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Language, Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { assignmentData } from './learn-assignment-view.ts';
import { inWindow } from './learn-attempt-address.ts';
import { createDashboard } from './learn-dashboard.ts';
import { type LearnPagesDeps, learnerOf } from './learn-deps.ts';
import { noteData, readNote } from './learn-notes.ts';
import { outcomeHtml, questionFields, sentAnswers } from './learn-questions.ts';
import { durationText, sizeText, validityText } from './learn-words.ts';

type Step = Outline['modules'][number]['steps'][number];

/** A step of the outline for `partials/step-list.hbs`. */
const stepLine = (outline: Outline, step: Step, words: Words) => {
  const { language } = words;
  const isNext = outline.next?.activityId === step.id;
  const isLocked = step.missing.length > 0 && !step.done;
  const state = step.done ? 'done' : isLocked ? 'locked' : isNext ? 'current' : 'open';
  const duration = durationText(words, step.minutes);
  const kind = words(`learn:kind.${step.kind}`);
  const about = step.required
    ? words('learn:outline.step', { kind, duration })
    : words('learn:outline.optional-step', { kind, duration });
  const said = isLocked
    ? words('learn:outline.locked', { count: step.missing.length })
    : step.work && words(`assignment:outline.${step.work}`);
  const note = said ? `${about} ${said}` : about;
  return {
    label: step.title[language],
    state,
    href: `/${language}/learn/${outline.enrolmentId}/${step.id}`,
    note,
  };
};

const outlineData = (outline: Outline, words: Words) => ({
  outline,
  changes: outline.changes,
  modules: outline.modules.map(({ title, steps }) => ({
    title,
    steps: steps.map((step) => stepLine(outline, step, words)),
  })),
});

const waitText = (view: ActivityView, words: Words): string | undefined =>
  view.kind === 'test' && view.standing.waitAfterNext !== undefined
    ? durationText(words, view.standing.waitAfterNext)
    : undefined;

/** The key of the word for how an attempt went, under `learn:test.outcomes`. */
const outcomeOf = ({ state, passed }: { state: AttemptState; passed?: boolean }): string =>
  passed === undefined ? state : passed ? 'passed' : 'failed';

/** What a page says of a file or an address beside its words. */
const factsOf = (view: ActivityView, words: Words): Record<string, string> => {
  const { language } = words;
  if (view.kind === 'file') return { size: sizeText(words, view.size[language]) };
  return view.kind === 'link' ? { host: new URL(view.address[language]).host } : {};
};

/** The questions of a quiz with what became of each, once it was answered. */
const quizData = (view: QuizView, language: Language, outcome?: QuizOutcome) => ({
  view,
  outcome,
  questions: questionFields(view.questions, language).map((question) => {
    const item = outcome?.items.find(({ slot }) => slot === question.slot);
    return item ? { ...question, outcome: outcomeHtml(item, language) } : question;
  }),
});

const activityData = (view: ActivityView, words: Words, done?: unknown) => {
  if (view.kind === 'quiz') return { ...quizData(view, words.language), form: formOf({ words }) };
  if (view.kind === 'assignment') return assignmentData(view, words, { done });
  return { view, ...factsOf(view, words) };
};

/** Learning: what one has, the way through a course, and each of its activities. */
export const createActivityPages = (deps: LearnPagesDeps): Router => {
  const { render, learning, nameOf } = deps;

  const placeOf = (request: Request) => ({
    accountId: learnerOf(deps, request),
    enrolmentId: String(request.params.enrolmentId),
    activityId: String(request.params.activityId),
  });

  const outline = async (request: Request, response: Response): Promise<void> => {
    const { words } = contextOf(response);
    const found = await learning.outline(learnerOf(deps, request), String(request.params.enrolmentId));
    const title = found.title[words.language];
    render(request, response, { view: 'learn/outline', title, data: outlineData(found, words) });
  };

  const showTest = async (request: Request, response: Response, problem?: DomainError): Promise<void> => {
    const { words } = contextOf(response);
    const place = placeOf(request);
    const view = await learning.visitActivity(place);
    if (view.kind !== 'test') throw problem ?? new DomainError('not-found', 'not-found');
    const labels = {
      accepted: words('learn:test.statement-label'),
      nameConfirmed: words('learn:test.name'),
    };
    const { allowed, plain } = view.minutes;
    const data = {
      view: { ...view, attempts: view.attempts.map((one) => ({ ...one, outcome: outcomeOf(one) })) },
      name: await nameOf(place.accountId),
      time: durationText(words, allowed),
      ...(allowed === plain ? {} : { plainTime: durationText(words, plain) }),
      wait: waitText(view, words),
      validity: validityText(words, view.validity, await deps.renewalPriceOf(view.card.courseId)),
      form: formOf({ words, labels, ...(problem ? { faults: problem.errors } : {}) }),
    };
    const title = view.step.title[words.language];
    render(request, response, { view: 'learn/test', title, data, ...(problem ? { status: 422 } : {}) });
  };

  const show = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const view = await learning.visitActivity(placeOf(request));
    if (view.kind === 'test') return showTest(request, response);
    const title = view.step.title[language];
    const note = noteData(await learning.notes.show(placeOf(request)), words);
    const data = { ...activityData(view, words, request.query.done), ...note };
    render(request, response, { view: `learn/${view.kind}`, title, data });
  };

  const complete = async (request: Request, response: Response): Promise<void> => {
    const { language } = contextOf(response);
    const place = placeOf(request);
    const { card, following } = await learning.completeActivity(place);
    const onward = card.state === 'completed' ? '' : (following ?? '');
    response.redirect(303, `/${language}/learn/${place.enrolmentId}${onward === '' ? '' : `/${onward}`}`);
  };

  /** A refused quiz comes back with what was ticked and what is wrong. */
  const refusedQuiz = async (
    request: Request,
    response: Response,
    view: QuizView,
    error: DomainError,
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const form = formOf({ values: request.body, faults: error.errors, words });
    const title = view.step.title[language];
    const note = noteData(await learning.notes.show(placeOf(request)), words);
    const data = { ...quizData(view, language), form, ...note };
    render(request, response, { view: 'learn/quiz', title, data, status: 422 });
  };

  const answer = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const place = placeOf(request);
    const before = await learning.visitActivity(place);
    if (before.kind !== 'quiz') throw new DomainError('not-found', 'not-found');
    try {
      const answers = sentAnswers(request.body, before.questions);
      const { view, outcome } = await learning.answerQuiz({ ...place, answers });
      const data = {
        ...quizData(view, language, outcome),
        form: formOf({ values: request.body, words }),
        ...noteData(await learning.notes.show(place), words),
      };
      render(request, response, { view: 'learn/quiz', title: view.step.title[language], data });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid-input') throw error;
      await refusedQuiz(request, response, before, error);
    }
  };

  const start = async (request: Request, response: Response): Promise<void> => {
    const body = (request.body ?? {}) as Record<string, unknown>;
    const place = placeOf(request);
    try {
      const accepted = body.accepted === 'yes';
      // The name that was shown and the one that would be printed now must be the same.
      const nameConfirmed = body.nameConfirmed === 'yes' && body.name === (await nameOf(place.accountId));
      const { attemptId, sitting } = await learning.startAttempt({ ...place, accepted, nameConfirmed });
      const address = `/${contextOf(response).language}/learn/attempts/${attemptId}`;
      response.redirect(303, `${address}${inWindow(sitting)}`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid-input') return showTest(request, response, error);
      if (error.kind !== 'conflict') throw error;
      // Locked, too early, passed or used up: the page of the test says which, and what to do.
      response.redirect(
        303,
        `/${contextOf(response).language}/learn/${place.enrolmentId}/${place.activityId}`,
      );
    }
  };

  /** Saves the note and goes back to the activity; what another window wrote meanwhile is shown beside what was typed. */
  const writeNote = async (request: Request, response: Response): Promise<void> => {
    const { words, language } = contextOf(response);
    const place = placeOf(request);
    const { text, seenRevision, problem } = readNote(request.body);
    const written = problem
      ? { outcome: 'refused' as const, note: await learning.notes.show(place) }
      : await learning.notes.write({ ...place, text, seenRevision });
    if (written.outcome === 'written') {
      response.redirect(303, `/${language}/learn/${place.enrolmentId}/${place.activityId}#note`);
      return;
    }
    const view = await learning.visitActivity(place);
    const shown = activityData(view, words);
    const faults = problem?.errors ?? [];
    const note = noteData(written.note, words, { text, outdated: written.outcome === 'outdated', faults });
    render(request, response, {
      view: `learn/${view.kind}`,
      title: view.step.title[language],
      data: { ...shown, ...note },
      status: problem ? 422 : 409,
    });
  };

  const router = Router();
  router.use('/learn', deps.requireSignIn);
  router.get('/learn', createDashboard(deps));
  router.get('/learn/:enrolmentId', outline);
  router.get('/learn/:enrolmentId/:activityId', show);
  router.post('/learn/:enrolmentId/:activityId/complete', complete);
  router.post('/learn/:enrolmentId/:activityId/answers', answer);
  router.post('/learn/:enrolmentId/:activityId/attempts', start);
  router.post('/learn/:enrolmentId/:activityId/note', writeNote);
  return router;
};
