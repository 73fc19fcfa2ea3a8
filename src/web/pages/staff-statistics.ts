import { type RequestHandler, Router } from 'express';
import type { QuestionReport, TestReport } from '../../learning/index.ts';
import { plainText } from '../../learning/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';

const longestPrompt = 90;

const shortened = (text: string): string => {
  const plain = plainText(text);
  return plain.length > longestPrompt ? `${plain.slice(0, longestPrompt)}…` : plain;
};

/** The plane of the chart, in units of the drawing: facility to the right, discrimination upwards. */
const plane = { left: 48, top: 16, width: 560, height: 280 };
const lowest = -0.5;

const pointOf = ({ facility, discrimination = 0, flags }: QuestionReport, index: number) => ({
  number: index + 1,
  x: Math.round(plane.left + facility * plane.width),
  y: Math.round(plane.top + ((1 - Math.max(lowest, discrimination)) / (1 - lowest)) * plane.height),
  flagged: flags.length > 0,
});

const chartOf = (questions: readonly QuestionReport[], words: Words) => {
  const { number } = formats(words.language);
  const bottom = plane.top + plane.height;
  return {
    ...plane,
    bottom,
    right: plane.left + plane.width,
    zero: Math.round(plane.top + (1 / (1 - lowest)) * plane.height),
    labels: [0, 0.25, 0.5, 0.75, 1].map((value) => ({
      x: plane.left + value * plane.width,
      text: number(value),
    })),
    points: questions.map(pointOf),
  };
};

/** Two digits say all that such figures can. */
const inHundredths = (value: number): number => Math.round(value * 100) / 100;

const withShortFigures = <T extends { discrimination?: number }>(one: T): T =>
  one.discrimination === undefined ? one : { ...one, discrimination: inHundredths(one.discrimination) };

const rowOf = (report: QuestionReport, index: number, words: Words) => ({
  ...withShortFigures(report),
  inLanguages: report.inLanguages.map(withShortFigures),
  number: index + 1,
  text: shortened(report.prompt[words.language]),
  flagWords: report.flags.map((flag) => words(`examining:flags.${flag}`)),
  options: report.options.map(({ optionId, share, right }) => ({
    share,
    right,
    text: shortened(report.optionTexts[optionId]?.[words.language] ?? optionId),
  })),
});

/** A cell that a spreadsheet would take for a formula is shown to it as text. */
const cell = (value: string | number | undefined): string => {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const columns = [
  'question',
  'version',
  'language',
  'responses',
  'exposure',
  'facility',
  'discrimination',
  'flags',
] as const;

/** CSV by RFC 4180 with a byte order mark: one line per question, version and language, `all` first. */
export const statisticsCsv = ({ questions }: TestReport): string => {
  const lines = questions.flatMap((report) =>
    [report, ...report.inLanguages].map((one) =>
      [
        one.questionId,
        one.version,
        one.language ?? 'all',
        one.responses,
        one.exposure,
        one.facility,
        one.discrimination,
        one.flags.join(' '),
      ].map(cell),
    ),
  );
  return `\uFEFF${[[...columns], ...lines].map((line) => `${line.join(',')}\r\n`).join('')}`;
};

/** How questions behave: easy or hard, telling or misleading. As drawing, as table and as file. */
export const createStaffStatisticsPages = ({ render, learning }: ExaminingPagesDeps): Router => {
  const router = Router();
  const { statistics } = learning.examining;
  const home = '/staff/examining/statistics';

  const show: RequestHandler = async (request, response) => {
    const { words, language } = contextOf(response);
    const test = { courseId: String(request.params.courseId), activityId: String(request.params.activityId) };
    const report = await statistics.report(test);
    render(request, response, {
      view: 'examining/statistics',
      title: words('examining:statistics.of', { test: report.courseTitle[language] }),
      noindex: true,
      wide: true,
      data: {
        report,
        ...(report.figures.reliability === undefined
          ? {}
          : { reliability: inHundredths(report.figures.reliability) }),
        chart: chartOf(report.questions, words),
        rows: report.questions.map((one, index) => rowOf(one, index, words)),
        csv: `${home}/${test.courseId}/${test.activityId}/csv`,
      },
    });
  };

  const download: RequestHandler = async (request, response) => {
    const test = { courseId: String(request.params.courseId), activityId: String(request.params.activityId) };
    const report = await statistics.report(test);
    response
      .type('text/csv')
      .set('Content-Disposition', `attachment; filename="questions-${test.courseId}.csv"`)
      .send(statisticsCsv(report));
  };

  router.get(home, async (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'examining/tests',
      title: words('examining:statistics.title'),
      noindex: true,
      data: { tests: await statistics.tests() },
    });
  });
  router.get(`${home}/:courseId/:activityId`, show);
  router.get(`${home}/:courseId/:activityId/csv`, download);
  return router;
};
