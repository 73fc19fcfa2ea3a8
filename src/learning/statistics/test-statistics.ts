import { notFound } from '../../platform/errors.ts';
import type { Localised } from '../../platform/i18n.ts';
import type { QuestionSource } from '../attempts/draw-form.ts';
import type { FormItem } from '../attempts/form-item.ts';
import { stepOf, stepsOf } from '../course.ts';
import type { CourseContent, Question } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import {
  figuresOf,
  type ItemStatistics,
  inAllLanguages,
  optionsInAllLanguages,
  statisticsOf,
  type TestFigures,
} from './item-statistics.ts';
import type { ItemSums, OptionSums, ResponseStore, TestRef } from './response-store.ts';

/** One question with its figures; `inLanguages` when it was answered in more than one. */
export type QuestionReport = ItemStatistics & {
  prompt: Localised;
  inLanguages: readonly ItemStatistics[];
  optionTexts: Readonly<Record<string, Localised>>;
};

export type TestReport = {
  courseId: string;
  activityId: string;
  courseTitle: Localised;
  title: Localised;
  figures: TestFigures;
  questions: readonly QuestionReport[];
};

type Deps = { courses: CourseStore; questions: QuestionSource; responses: ResponseStore };

/** A place of a form, as far as it takes to find its question. */
const stub = (questionId: string): FormItem => ({ slot: 1, questionId, topic: '', options: [], rights: [] });

const optionTextsOf = (question: Question | undefined): Record<string, Localised> =>
  question?.kind === 'choice' || question?.kind === 'multiple'
    ? Object.fromEntries(question.options.map(({ id, text }) => [id, text]))
    : {};

/** Questions that need a look come first, then the hardest. */
const byNeed = (a: QuestionReport, b: QuestionReport): number =>
  b.flags.length - a.flags.length || a.facility - b.facility;

/** Item and test statistics, from sums that the database makes. */
export const createTestStatistics = ({ courses, questions: source, responses }: Deps) => {
  /** The questions as they were asked, in the course version and, from the bank, in their own. */
  const questionsOf = async (courseId: string, items: readonly ItemSums[]) => {
    const found = new Map<number, ReadonlyMap<string, Question>>();
    for (const version of new Set(items.map((item) => item.version))) {
      const course = await courses.version(courseId, version);
      const asked = items
        .filter((item) => item.version === version)
        .map(({ questionId }) => stub(questionId));
      if (course) found.set(version, await source.ofForm(course, asked));
    }
    return found;
  };

  const reportOf = (
    sums: ItemSums,
    parts: readonly ItemSums[],
    options: readonly OptionSums[],
    about: { attempts: number; question: Question | undefined },
  ): QuestionReport => {
    const inLanguages = parts
      .filter(({ language }) => language !== undefined)
      .map((part) =>
        statisticsOf(
          part,
          options.filter(({ language }) => language === part.language),
          about,
        ),
      );
    const { questionId } = sums;
    return {
      ...statisticsOf(sums, optionsInAllLanguages(options), about),
      prompt: about.question?.prompt ?? { en: questionId, fr: questionId },
      inLanguages: inLanguages.length > 1 ? inLanguages : [],
      optionTexts: optionTextsOf(about.question),
    };
  };

  const testsOf = (course: CourseContent) =>
    stepsOf(course)
      .filter(({ kind }) => kind === 'test')
      .map(({ id, title }) => ({ courseId: course.id, activityId: id, courseTitle: course.title, title }));

  return {
    /** Every test on offer. */
    tests: async () => (await courses.allCurrent()).flatMap(testsOf),

    /** @throws DomainError `not-found` */
    report: async (test: TestRef): Promise<TestReport> => {
      const course = await courses.current(test.courseId);
      const activity = course && stepOf(course, test.activityId);
      if (!course || activity?.kind !== 'test') throw notFound();
      const [items, options, sums] = await Promise.all([
        responses.itemSums(test),
        responses.optionSums(test),
        responses.testSums(test),
      ]);
      const whole = inAllLanguages(items);
      const figures = figuresOf(sums, whole);
      const questions = await questionsOf(test.courseId, items);
      const same = (a: ItemSums, b: { questionId: string; version: number }): boolean =>
        a.questionId === b.questionId && a.version === b.version;
      const reports = whole.map((sums) =>
        reportOf(
          sums,
          items.filter((part) => same(sums, part)),
          options.filter((part) => same(sums, part)),
          {
            attempts: figures.attempts,
            question: questions.get(sums.version)?.get(sums.questionId),
          },
        ),
      );
      return {
        ...test,
        courseTitle: course.title,
        title: activity.title,
        figures,
        questions: reports.sort(byNeed),
      };
    },
  };
};

export type TestStatistics = ReturnType<typeof createTestStatistics>;
