import type { Connection, PipelineStage } from 'mongoose';

/** Which responses: of one question version in one language. `language` is missing where it was not noted. */
type ResponseKey = { questionId: string; version: number; language?: string };

/** Sums over responses; everything else is reckoned from them. `rest` is the points of the attempt without the item. */
export type ItemSums = ResponseKey & {
  responses: number;
  maxPoints: number;
  sumPoints: number;
  sumPointsSquared: number;
  sumRest: number;
  sumRestSquared: number;
  sumPointsRest: number;
};

export type OptionSums = ResponseKey & { optionId: string; chosen: number; sumRest: number };

export type TestSums = {
  attempts: number;
  items: number;
  passed: number;
  sumScore: number;
  sumPoints: number;
  sumPointsSquared: number;
};

export type TestRef = { courseId: string; activityId: string };

const product = (a: string, b: string) => ({ $sum: { $multiply: [a, b] } });

/** Attempts with a result. */
const graded = ({ courseId, activityId }: TestRef): PipelineStage => ({
  $match: { courseId, activityId, result: { $exists: true } },
});

const itemPipeline = (test: TestRef): PipelineStage[] => [
  graded(test),
  { $project: { courseVersion: 1, language: 1, total: '$result.points', item: '$result.items' } },
  { $unwind: '$item' },
  { $match: { 'item.voided': { $ne: true }, 'item.needsGrading': { $ne: true } } },
  {
    $project: {
      key: { questionId: '$item.questionId', version: '$courseVersion', language: '$language' },
      max: '$item.maxPoints',
      p: '$item.points',
      r: { $subtract: ['$total', '$item.points'] },
    },
  },
  {
    $group: {
      _id: '$key',
      responses: { $sum: 1 },
      maxPoints: { $max: '$max' },
      sumPoints: { $sum: '$p' },
      sumPointsSquared: product('$p', '$p'),
      sumRest: { $sum: '$r' },
      sumRestSquared: product('$r', '$r'),
      sumPointsRest: product('$p', '$r'),
    },
  },
];

const codes = 'abcdefghijklmnopqrstuvwxyz';
const placeOf = (list: string) => ({ $arrayElemAt: [list, { $subtract: ['$slot', 1] }] });

/** A chosen option is a code of the frozen form; what was typed or put in order has none. */
const optionPipeline = (test: TestRef): PipelineStage[] => [
  graded(test),
  {
    $project: {
      courseVersion: 1,
      language: 1,
      form: '$items',
      total: '$result.points',
      results: '$result.items',
      answer: { $objectToArray: { $ifNull: ['$answers', {}] } },
    },
  },
  { $unwind: '$answer' },
  {
    $project: {
      courseVersion: 1,
      language: 1,
      total: 1,
      form: 1,
      results: 1,
      slot: { $toInt: '$answer.k' },
      value: '$answer.v.value',
    },
  },
  {
    $project: {
      courseVersion: 1,
      language: 1,
      total: 1,
      item: placeOf('$form'),
      result: placeOf('$results'),
      chosen: {
        $cond: [
          { $isArray: '$value' },
          '$value',
          { $cond: [{ $eq: [{ $type: '$value' }, 'string'] }, ['$value'], []] },
        ],
      },
    },
  },
  { $unwind: '$chosen' },
  { $match: { chosen: { $regex: '^[a-z]$' }, 'item.options.0': { $exists: true } } },
  {
    $group: {
      _id: {
        questionId: '$item.questionId',
        version: '$courseVersion',
        language: '$language',
        optionId: { $arrayElemAt: ['$item.options', { $indexOfBytes: [codes, '$chosen'] }] },
      },
      chosen: { $sum: 1 },
      sumRest: { $sum: { $subtract: ['$total', '$result.points'] } },
    },
  },
];

const testPipeline = (test: TestRef): PipelineStage[] => [
  graded(test),
  {
    $group: {
      _id: null,
      attempts: { $sum: 1 },
      items: { $avg: { $size: '$result.items' } },
      passed: { $sum: { $cond: ['$result.passed', 1, 0] } },
      sumScore: { $sum: '$result.score' },
      sumPoints: { $sum: '$result.points' },
      sumPointsSquared: product('$result.points', '$result.points'),
    },
  },
];

type Grouped<T> = { _id: ResponseKey & Partial<T> } & T;

const flat = <T extends object>({ _id, ...sums }: Grouped<T>): ResponseKey & T => {
  const { language, ...key } = _id;
  return { ...key, ...sums, ...(language ? { language } : {}) } as unknown as ResponseKey & T;
};

/** Sums over all responses of a test, made by the database: no attempt is read into this process. */
export const createResponseStore = (connection: Connection) => {
  const run = <T>(pipeline: PipelineStage[]): Promise<T[]> =>
    connection
      .collection('attempts')
      .aggregate(pipeline as never[], { allowDiskUse: true })
      .toArray() as unknown as Promise<T[]>;

  return {
    itemSums: async (test: TestRef): Promise<ItemSums[]> =>
      (await run<Grouped<Omit<ItemSums, keyof ResponseKey>>>(itemPipeline(test))).map(flat) as ItemSums[],
    optionSums: async (test: TestRef): Promise<OptionSums[]> =>
      (await run<Grouped<Omit<OptionSums, keyof ResponseKey>>>(optionPipeline(test))).map(
        flat,
      ) as OptionSums[],
    testSums: async (test: TestRef): Promise<TestSums | undefined> =>
      (await run<TestSums>(testPipeline(test)))[0],
  };
};

export type ResponseStore = ReturnType<typeof createResponseStore>;
