import type { Question } from '../course-schema.ts';
import type { ItemSums, OptionSums, TestSums } from './response-store.ts';

/** What the figures of a question suggest to look at; never more than a suggestion. */
export type ItemFlag =
  | 'too-easy'
  | 'too-hard'
  | 'weak-discrimination'
  | 'negative-discrimination'
  | 'key-suspicious';

export type OptionStatistics = {
  optionId: string;
  /** Share of the responses that chose it. */
  share: number;
  right: boolean;
};

/** Figures of one question version, in one language or in all. */
export type ItemStatistics = {
  questionId: string;
  version: number;
  language?: string;
  responses: number;
  /** Share of the attempts of the test that met it. */
  exposure: number;
  /** Mean share of its points: 1 when everybody got them all. */
  facility: number;
  /** Point-biserial correlation with the points of the rest of the attempt; nothing when either does not vary. */
  discrimination?: number;
  options: readonly OptionStatistics[];
  flags: readonly ItemFlag[];
};

export type TestFigures = {
  attempts: number;
  passRate: number;
  meanScore: number;
  /**
   * Cronbach's alpha, which is KR-20 where every question is right or wrong. With drawn forms the variances of the
   * items are averaged over the responses and multiplied by the length of a form.
   */
  reliability?: number;
  /** Standard error of measurement, in points. */
  standardError?: number;
};

/** Fewer responses show nothing but chance. */
export const leastResponses = 30;
const tooEasyFrom = 0.95;
const tooHardBelow = 0.2;
const weakBelow = 0.1;
/** A wrong option that so many chose is compared with the key. */
const temptingShare = 0.1;

const variance = (n: number, sum: number, squares: number): number =>
  n < 2 ? 0 : Math.max(0, (squares - (sum * sum) / n) / (n - 1));

const negligible = 1e-9;

/** Pearson's correlation between the points of an item and those of the rest. */
export const discriminationOf = (sums: ItemSums): number | undefined => {
  const { responses: n, sumPoints, sumPointsSquared, sumRest, sumRestSquared, sumPointsRest } = sums;
  const spread = variance(n, sumPoints, sumPointsSquared) * variance(n, sumRest, sumRestSquared);
  if (n < 2 || spread <= negligible) return undefined;
  const covariance = (sumPointsRest - (sumPoints * sumRest) / n) / (n - 1);
  return covariance / Math.sqrt(spread);
};

const mean = ({ chosen, sumRest }: OptionSums): number => sumRest / chosen;

/** Whether those who chose some wrong option did better in the rest of the test than those who chose the key. */
const isKeySuspicious = (
  question: Question | undefined,
  options: readonly OptionSums[],
  n: number,
): boolean => {
  if (question?.kind !== 'choice') return false;
  const right = new Set(question.options.filter(({ correct }) => correct).map(({ id }) => id));
  const key = options.filter(({ optionId }) => right.has(optionId));
  const keyChosen = key.reduce((sum, { chosen }) => sum + chosen, 0);
  const keyMean = keyChosen === 0 ? 0 : key.reduce((sum, { sumRest }) => sum + sumRest, 0) / keyChosen;
  return options.some(
    (option) => !right.has(option.optionId) && option.chosen >= temptingShare * n && mean(option) > keyMean,
  );
};

const flagsOf = (
  { responses, facility, discrimination }: Pick<ItemStatistics, 'responses' | 'facility' | 'discrimination'>,
  suspicious: boolean,
): ItemFlag[] => {
  if (responses < leastResponses) return [];
  const flags: ItemFlag[] = [];
  if (facility > tooEasyFrom) flags.push('too-easy');
  if (facility < tooHardBelow) flags.push('too-hard');
  if (discrimination !== undefined && discrimination < 0) flags.push('negative-discrimination');
  else if (discrimination !== undefined && discrimination < weakBelow && facility <= tooEasyFrom)
    flags.push('weak-discrimination');
  if (suspicious) flags.push('key-suspicious');
  return flags;
};

const correctIds = (question: Question | undefined): ReadonlySet<string> =>
  question?.kind === 'choice' || question?.kind === 'multiple'
    ? new Set(question.options.filter(({ correct }) => correct).map(({ id }) => id))
    : new Set();

export const statisticsOf = (
  sums: ItemSums,
  options: readonly OptionSums[],
  { attempts, question }: { attempts: number; question: Question | undefined },
): ItemStatistics => {
  const { questionId, version, language, responses, maxPoints, sumPoints } = sums;
  const facility = maxPoints === 0 ? 0 : sumPoints / (responses * maxPoints);
  const discrimination = discriminationOf(sums);
  const right = correctIds(question);
  const figures = { responses, facility, ...(discrimination === undefined ? {} : { discrimination }) };
  return {
    questionId,
    version,
    ...(language ? { language } : {}),
    ...figures,
    exposure: attempts === 0 ? 0 : responses / attempts,
    options: options
      .map(({ optionId, chosen }) => ({ optionId, share: chosen / responses, right: right.has(optionId) }))
      .sort((a, b) => b.share - a.share),
    flags: flagsOf(figures, isKeySuspicious(question, options, responses)),
  };
};

/** Sums of several languages are those of all. */
export const inAllLanguages = (parts: readonly ItemSums[]): ItemSums[] => {
  const byQuestion = new Map<string, ItemSums>();
  for (const { language: _language, ...part } of parts) {
    const key = `${part.questionId}@${part.version}`;
    const sum = byQuestion.get(key);
    byQuestion.set(key, sum ? added(sum, part) : part);
  }
  return [...byQuestion.values()];
};

const added = (a: ItemSums, b: ItemSums): ItemSums => ({
  ...a,
  responses: a.responses + b.responses,
  maxPoints: Math.max(a.maxPoints, b.maxPoints),
  sumPoints: a.sumPoints + b.sumPoints,
  sumPointsSquared: a.sumPointsSquared + b.sumPointsSquared,
  sumRest: a.sumRest + b.sumRest,
  sumRestSquared: a.sumRestSquared + b.sumRestSquared,
  sumPointsRest: a.sumPointsRest + b.sumPointsRest,
});

export const optionsInAllLanguages = (parts: readonly OptionSums[]): OptionSums[] => {
  const byOption = new Map<string, OptionSums>();
  for (const { language: _language, ...part } of parts) {
    const sum = byOption.get(part.optionId);
    byOption.set(
      part.optionId,
      sum ? { ...sum, chosen: sum.chosen + part.chosen, sumRest: sum.sumRest + part.sumRest } : part,
    );
  }
  return [...byOption.values()];
};

export const figuresOf = (test: TestSums | undefined, items: readonly ItemSums[]): TestFigures => {
  if (!test) return { attempts: 0, passRate: 0, meanScore: 0 };
  const { attempts, items: k, passed, sumScore, sumPoints, sumPointsSquared } = test;
  const figures = { attempts, passRate: passed / attempts, meanScore: sumScore / attempts };
  const total = variance(attempts, sumPoints, sumPointsSquared);
  const responses = items.reduce((sum, item) => sum + item.responses, 0);
  if (attempts < leastResponses || k < 2 || total <= negligible || responses === 0) return figures;
  const ofItems = items.reduce(
    (sum, item) => sum + item.responses * variance(item.responses, item.sumPoints, item.sumPointsSquared),
    0,
  );
  const reliability = (k / (k - 1)) * (1 - (k * ofItems) / responses / total);
  const standardError = Math.sqrt(total) * Math.sqrt(Math.max(0, 1 - Math.max(0, reliability)));
  return { ...figures, reliability, standardError };
};
