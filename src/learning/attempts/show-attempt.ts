import type { Clock } from '../../platform/clock.ts';
import type { Localised } from '../../platform/i18n.ts';
import { placeOfTopic, questionsById, stepOf } from '../course.ts';
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

/** Where to read again, because its topic went badly. */
export type Recommendation = { moduleTitle: Localised; activityId: string; title: Localised };

/** A closed attempt: how it went by topic, never which answers were right. */
export type AttemptResult = Place & {
  state: 'submitted';
  submittedAt: Date;
  submittedBy: SubmittedAttempt['submittedBy'];
  passed: boolean;
  score: number;
  passMark: number;
  /** By module, in the order of the course. */
  topics: readonly TopicLine[];
  recommended: readonly Recommendation[];
  attemptsLeft: number;
  nextAllowedAt?: Date;
  /** What was saved, shown to somebody whose last save came too late. Gone when answers are no longer kept. */
  questions: readonly ShownQuestion[];
};

export type TopicLine = { title: Localised; points: number; maxPoints: number };

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

/** Topics of one module are one line, called like the module; a topic without a module by its tag, made readable. */
const topicLines = (course: CourseContent, { result }: SubmittedAttempt): TopicLine[] => {
  const lines = new Map<string, TopicLine>();
  for (const { topic, points, maxPoints } of result.topics) {
    const module = placeOfTopic(course, topic)?.module;
    const words = topic.replaceAll('-', ' ');
    const key = module?.id ?? topic;
    const line = lines.get(key) ?? {
      title: module?.title ?? { en: words, fr: words },
      points: 0,
      maxPoints: 0,
    };
    lines.set(key, { ...line, points: line.points + points, maxPoints: line.maxPoints + maxPoints });
  }
  const order = course.modules.map(({ id }) => id);
  return [...lines].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([, line]) => line);
};

const recommended = (course: CourseContent, { result }: SubmittedAttempt): Recommendation[] => {
  const weak = result.topics.filter(({ points, maxPoints }) => points < result.passMark * maxPoints);
  const places = weak.map(({ topic }) => placeOfTopic(course, topic)).filter((one) => one !== undefined);
  const byActivity = new Map(places.map((place) => [place.activity.id, place]));
  return [...byActivity.values()].map(({ module, activity }) => ({
    moduleTitle: module.title,
    activityId: activity.id,
    title: activity.title,
  }));
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
    topics: topicLines(course, attempt),
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
