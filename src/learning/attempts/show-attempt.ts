import type { Clock } from '../../platform/clock.ts';
import type { Localised } from '../../platform/i18n.ts';
import { moduleOfTopic, questionsById, stepOf } from '../course.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { isAnswered } from './answer.ts';
import {
  type Attempt,
  nextAllowedAt,
  type OpenAttempt,
  type SavedAnswer,
  type SubmittedAttempt,
} from './attempt.ts';
import { type PresentedQuestion, present } from './form-item.ts';
import { pinnedCourse, type Submissions } from './submit-attempt.ts';

type Place = {
  attemptId: string;
  enrolmentId: string;
  activityId: string;
  courseTitle: Localised;
  title: Localised;
  number: number;
  startedAt: Date;
  deadlineAt: Date;
};

export type ShownQuestion = PresentedQuestion & { answer?: SavedAnswer; answered: boolean };

/** An attempt under way. `now` is the server's clock at the moment of showing. */
export type AttemptInProgress = Place & {
  state: 'in_progress';
  now: Date;
  questions: readonly ShownQuestion[];
};

/** A module to go back to, because its topic went badly. */
export type Recommendation = { moduleId: string; title: Localised; activityId: string };

/** A closed attempt: how it went by topic, never which answers were right. */
export type AttemptResult = Place & {
  state: 'submitted';
  submittedAt: Date;
  submittedBy: SubmittedAttempt['submittedBy'];
  passed: boolean;
  score: number;
  passMark: number;
  topics: readonly { title: Localised; points: number; maxPoints: number }[];
  recommended: readonly Recommendation[];
  attemptsLeft: number;
  nextAllowedAt?: Date;
  /** What was saved, shown to somebody whose last save came too late. Gone when answers are no longer kept. */
  questions: readonly ShownQuestion[];
};

export type AttemptView = AttemptInProgress | AttemptResult;

const placeOf = (attempt: Attempt, course: CourseContent): Place => ({
  attemptId: attempt.id,
  enrolmentId: attempt.enrolmentId,
  activityId: attempt.activityId,
  courseTitle: course.title,
  title: stepOf(course, attempt.activityId)?.title ?? course.title,
  number: attempt.number,
  startedAt: attempt.startedAt,
  deadlineAt: attempt.deadlineAt,
});

const shown = (attempt: Attempt, course: CourseContent): ShownQuestion[] => {
  const questions = questionsById(course);
  return attempt.items.flatMap((item) => {
    const question = questions.get(item.questionId);
    const answer = attempt.answers[item.slot];
    if (!question) return [];
    const answered = isAnswered(answer?.value, item);
    return [{ ...present(item, question), answered, ...(answer ? { answer } : {}) }];
  });
};

/** A topic without a module is called by its tag, made readable. */
const topicTitle = (course: CourseContent, topic: string): Localised => {
  const words = topic.replaceAll('-', ' ');
  return moduleOfTopic(course, topic)?.title ?? { en: words, fr: words };
};

const recommended = (course: CourseContent, { result }: SubmittedAttempt): Recommendation[] => {
  const weak = result.topics.filter(({ points, maxPoints }) => points < result.passMark * maxPoints);
  const modules = weak.map(({ topic }) => moduleOfTopic(course, topic)).filter((one) => one !== undefined);
  return [...new Set(modules)].flatMap(({ id, title, activities }) => {
    const first = activities.find(({ kind }) => kind !== 'test');
    return first ? [{ moduleId: id, title, activityId: first.id }] : [];
  });
};

const inProgress = (attempt: OpenAttempt, course: CourseContent, now: Date): AttemptInProgress => ({
  ...placeOf(attempt, course),
  state: 'in_progress',
  now,
  questions: shown(attempt, course),
});

const resultOf = (attempt: SubmittedAttempt, course: CourseContent): AttemptResult => {
  const { result, submittedAt, submittedBy, number } = attempt;
  const activity = stepOf(course, attempt.activityId);
  const rules = activity?.kind === 'test' ? activity.test : undefined;
  const next = rules && !result.passed ? nextAllowedAt(rules, attempt) : undefined;
  return {
    ...placeOf(attempt, course),
    state: 'submitted',
    submittedAt,
    submittedBy,
    passed: result.passed,
    score: result.score,
    passMark: result.passMark,
    topics: result.topics.map(({ topic, ...points }) => ({ title: topicTitle(course, topic), ...points })),
    recommended: result.passed ? [] : recommended(course, attempt),
    attemptsLeft: Math.max(0, (rules?.attempts ?? 0) - number),
    ...(next ? { nextAllowedAt: next } : {}),
    questions: shown(attempt, course),
  };
};

type Deps = { submissions: Submissions; courses: CourseStore; clock: Clock };

/** Shows an attempt to its candidate; one whose time is up is handed in by looking at it. */
export const createShowAttempt =
  ({ submissions, courses, clock }: Deps) =>
  /** @throws DomainError `not-found`, also for somebody else's attempt */
  async (accountId: string, attemptId: string): Promise<AttemptView> => {
    const attempt = await submissions.load(accountId, attemptId);
    const course = await pinnedCourse(courses, attempt);
    return attempt.state === 'in_progress'
      ? inProgress(attempt, course, clock.now())
      : resultOf(attempt, course);
  };
