import type { Clock } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { Localised } from '../platform/i18n.ts';
import type { AssignmentRules } from './assignments/assignment-rules.ts';
import type { ShowWork } from './assignments/show-work.ts';
import type { WorkView } from './assignments/work-view.ts';
import type { SentAnswer } from './attempts/answer.ts';
import type { Attempt } from './attempts/attempt.ts';
import { type PresentedQuestion, present } from './attempts/form-item.ts';
import { isPassed, type TestStanding } from './attempts/standing.ts';
import type { Starts } from './attempts/start-attempt.ts';
import { tellsScore } from './attempts/test-policy.ts';
import { type TestTerms, termsOfTest } from './catalogue.ts';
import { type QuizActivity, questionsById, stepOf, stepsOf } from './course.ts';
import type { Activity, CourseContent } from './course-schema.ts';
import type { CompleteEnrolment } from './enrolments/complete-enrolment.ts';
import type { OpenEnrolment } from './enrolments/enrolment.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';
import { cardOf, type LearningCard, type OutlineStep, outlineStep } from './enrolments/outline.ts';
import type { Participation } from './participation.ts';
import { gradeQuiz, type QuizOutcome, quizForm } from './quiz.ts';
import { renderMarkdown } from './render-markdown.ts';

export type ActivityRequest = { accountId: string; enrolmentId: string; activityId: string };

/** An attempt in a list: no answers. */
export type AttemptSummary = Pick<Attempt, 'id' | 'number' | 'state' | 'startedAt'> & {
  submittedAt?: Date;
  /** Nothing while the result is not final. */
  passed?: boolean;
  score?: number;
};

type View = {
  card: LearningCard;
  step: OutlineStep;
  moduleTitle: Localised;
  /** The author's text as safe HTML. */
  html: Localised;
  previous?: { id: string; title: Localised };
  following?: { id: string; title: Localised };
};
export type PageView = View & { kind: 'page' };
/** Names of files in both languages, as `openFile` wants them. */
export type VideoView = View & { kind: 'video'; film: Localised; captions: Localised };
/** `size` in bytes. */
export type FileView = View & { kind: 'file'; document: Localised; size: { en: number; fr: number } };
export type LinkView = View & { kind: 'link'; address: Localised };
export type QuizView = View & { kind: 'quiz'; questions: readonly PresentedQuestion[]; atLeast: number };
export type TestView = View & {
  kind: 'test';
  terms: TestTerms;
  /** How long the certificate that it leads to holds; for good, when missing. */
  validity?: CourseContent['validity'];
  standing: TestStanding;
  /** Minutes that this candidate has, and how many the test gives without an accommodation. */
  minutes: { allowed: number; plain: number };
  attempts: readonly AttemptSummary[];
};
export type AssignmentView = View & {
  kind: 'assignment';
  rules: AssignmentRules;
  /** What makes the activity done. */
  completion: 'hand-in' | 'pass';
  work: WorkView;
};
/** One activity as its learner sees it. */
export type ActivityView = PageView | VideoView | FileView | LinkView | QuizView | TestView | AssignmentView;

type Deps = {
  participation: Participation;
  enrolments: EnrolmentStore;
  completeEnrolment: CompleteEnrolment;
  starts: Starts;
  showWork: ShowWork;
  clock: Clock;
};

const summaryOf = (attempt: Attempt, tellsScore: boolean): AttemptSummary => {
  const { id, number, state, startedAt } = attempt;
  if (attempt.state === 'in_progress') return { id, number, state, startedAt };
  const { submittedAt } = attempt;
  if (attempt.state !== 'confirmed') return { id, number, state, startedAt, submittedAt };
  const score = tellsScore ? { score: attempt.result.score } : {};
  return { id, number, state, startedAt, submittedAt, passed: attempt.result.passed, ...score };
};

const sizeOf = ({ files = [] }: CourseContent, { en, fr }: Localised): { en: number; fr: number } => {
  const of = (name: string): number => files.find((file) => file.name === name)?.size ?? 0;
  return { en: of(en), fr: of(fr) };
};

const linkTo = (step: Activity | undefined) => step && { id: step.id, title: step.title };

/** Learning itself: opening pages, quizzes and tests, and noting how far somebody is. */
export const createDoActivity = (deps: Deps) => {
  const { participation, enrolments, completeEnrolment, starts, showWork, clock } = deps;
  /** Versions never change, so their texts are rendered once. */
  const rendered = new Map<string, Localised>();

  const htmlOf = (course: CourseContent, { id, body }: Activity): Localised => {
    const key = `${course.contentHash}:${id}`;
    const known = rendered.get(key);
    if (known) return known;
    const html = { en: renderMarkdown(body.en), fr: renderMarkdown(body.fr) };
    rendered.set(key, html);
    return html;
  };

  const find = async ({ accountId, enrolmentId, activityId }: ActivityRequest) => {
    const { enrolment, course } = await participation.open(accountId, enrolmentId);
    const activity = stepOf(course, activityId);
    if (!activity) throw notFound();
    return { enrolment, course, activity };
  };

  const findQuiz = async (request: ActivityRequest) => {
    const found = await find(request);
    if (found.activity.kind !== 'quiz') throw notFound();
    return { ...found, activity: found.activity };
  };

  const viewOf = (enrolment: OpenEnrolment, course: CourseContent, activity: Activity): View => {
    const steps = stepsOf(course);
    const position = steps.indexOf(activity);
    const previous = linkTo(steps[position - 1]);
    const following = linkTo(steps[position + 1]);
    const home = course.modules.find(({ activities }) => activities.includes(activity));
    return {
      card: cardOf(enrolment, course),
      step: outlineStep(course, enrolment, activity),
      moduleTitle: home?.title ?? course.title,
      html: htmlOf(course, activity),
      ...(previous ? { previous } : {}),
      ...(following ? { following } : {}),
    };
  };

  const quizQuestions = (
    course: CourseContent,
    quiz: QuizActivity,
    enrolmentId: string,
  ): PresentedQuestion[] => {
    const questions = questionsById(course);
    return quizForm(course, quiz, enrolmentId).flatMap((item) => {
      const question = questions.get(item.questionId);
      return question ? [present(item, question)] : [];
    });
  };

  const show = async (
    enrolment: OpenEnrolment,
    course: CourseContent,
    activity: Activity,
  ): Promise<ActivityView> => {
    const view = viewOf(enrolment, course, activity);
    switch (activity.kind) {
      case 'page':
        return { ...view, kind: 'page' };
      case 'video':
        return { ...view, kind: 'video', film: activity.film, captions: activity.captions };
      case 'file':
        return {
          ...view,
          kind: 'file',
          document: activity.document,
          size: sizeOf(course, activity.document),
        };
      case 'link':
        return { ...view, kind: 'link', address: activity.address };
      case 'quiz': {
        const questions = quizQuestions(course, activity, enrolment.id);
        return { ...view, kind: 'quiz', questions, atLeast: activity.completion.atLeast };
      }
      case 'assignment': {
        const work = await showWork(enrolment, activity);
        const { assignment: rules, completion } = activity;
        return { ...view, kind: 'assignment', rules, completion: completion.rule, work };
      }
      case 'test': {
        const { standing, attempts, minutes } = await starts.standing({ enrolment, course, activity });
        const terms = termsOfTest(activity.test);
        const isOver = attempts.some(isPassed) || standing.test.state === 'exhausted';
        const tells = tellsScore(activity.test, isOver);
        const made = attempts.map((attempt) => summaryOf(attempt, tells));
        const validity = course.validity ? { validity: course.validity } : {};
        return { ...view, kind: 'test', terms, ...validity, standing, minutes, attempts: made };
      }
    }
  };

  return {
    /**
     * Opens an activity and notes the visit. A locked test is shown with what unlocks it.
     * @throws DomainError `not-found`, `enrolment-closed`
     */
    visit: async (request: ActivityRequest): Promise<ActivityView> => {
      const { enrolment, course, activity } = await find(request);
      const view = await show(enrolment, course, activity);
      const isLocked = view.step.missing.length > 0;
      if (!isLocked) await enrolments.visit({ id: enrolment.id, activityId: activity.id, at: clock.now() });
      return view;
    },

    /**
     * Marks a page, video, file or link as done and answers what stands behind it. Quizzes, tests and
     * assignments are completed by their results alone.
     * @throws DomainError `not-found`, `enrolment-closed`, `completed-by-result` (409)
     */
    complete: async (request: ActivityRequest): Promise<{ card: LearningCard; following?: string }> => {
      const { enrolment, course, activity } = await find(request);
      if (activity.kind === 'quiz' || activity.kind === 'test' || activity.kind === 'assignment')
        throw new DomainError('conflict', 'completed-by-result');
      await enrolments.record({
        id: enrolment.id,
        activityId: activity.id,
        at: clock.now(),
        status: 'completed',
      });
      const card = cardOf((await completeEnrolment(enrolment.id)) ?? enrolment, course);
      const following = stepsOf(course)[stepsOf(course).indexOf(activity) + 1];
      return { card, ...(following ? { following: following.id } : {}) };
    },

    /** @throws DomainError `not-found`, `enrolment-closed`, `invalid-input` */
    answerQuiz: async (
      request: ActivityRequest & { answers: readonly SentAnswer[] },
    ): Promise<{ view: QuizView; outcome: QuizOutcome }> => {
      const { enrolment, course, activity } = await findQuiz(request);
      const outcome = gradeQuiz(course, activity, { learner: enrolment.id, sent: request.answers });
      const status = outcome.passed ? 'passed' : 'failed';
      const { id } = enrolment;
      await enrolments.record({ id, activityId: activity.id, at: clock.now(), status, score: outcome.score });
      await completeEnrolment(id);
      const view = await show((await participation.open(request.accountId, id)).enrolment, course, activity);
      if (view.kind !== 'quiz') throw notFound();
      return { view, outcome };
    },
  };
};
