import { formats, type Localised, type Words } from '../platform/i18n.ts';
import type { JsonObject } from '../vc/index.ts';
import { type Achievement, achievementUrl, type FrameworkNode, type MicroCredential } from './achievement.ts';

/** What a credential claims beside its holder and dates, in the words of one language. */
export type Claims = {
  /** Open Badges 3.0, B.1 Achievement. */
  achievement: JsonObject;
  /** Open Badges 3.0, B.7 Evidence; how it was assessed comes first. */
  evidence: readonly JsonObject[];
  /** Open Badges 3.0, B.18 Result, where the holder had put it into the certificate that this one replaces. */
  result?: readonly JsonObject[];
};

const eqf = 'http://data.europa.eu/snb/eqf/';

/** The address of the description of the result: `Result.resultDescription` points to it. */
export const scoreUrl = (achievementId: string): string => `${achievementId}#score`;

/** Where an outcome stands on the achievement’s page, counted from 0. */
export const outcomeAnchor = (index: number): string => `outcome-${index + 1}`;

const percent = (share: number): string => String(Math.round(share * 100));

/**
 * An achievement in the vocabulary of Open Badges 3.0. What the Council Recommendation on micro-credentials (2022, Annex
 * I) adds stands in terms that the vocabulary has: outcomes and level as alignments, the workload as credits, the form
 * of participation and the supervision as evidence, the rest in the narrative of the criteria. So there is no context of
 * our own that a wallet would have to know. Pure: the same input gives the same document.
 */
export const describeAchievement = (achievement: Achievement, words: Words, baseUrl: string): Claims => {
  const { language } = words;
  const id = achievementUrl(baseUrl, achievement.courseId, achievement.courseVersion);
  const { tags = [], microCredential, passMark } = achievement;
  const alignment = alignmentsOf(achievement, id, words);
  return {
    achievement: {
      id,
      type: ['Achievement'],
      achievementType: 'Certificate',
      name: achievement.name[language],
      description: achievement.description[language],
      inLanguage: language,
      humanCode: achievement.humanCode,
      version: String(achievement.courseVersion),
      criteria: { id: `${id}#criteria`, narrative: narrativeOf(achievement, words) },
      ...(tags.length > 0 ? { tag: tags.map((tag) => tag[language]) } : {}),
      ...(alignment.length > 0 ? { alignment } : {}),
      ...(microCredential ? { creditsAvailable: microCredential.ects } : {}),
      ...(passMark === undefined ? {} : { resultDescription: [scoreDescription(id, passMark, words)] }),
    },
    evidence: evidenceOf(achievement, words),
  };
};

/** Open Badges 3.0, B.19 ResultDescription. */
const scoreDescription = (achievementId: string, passMark: number, words: Words): JsonObject => ({
  id: scoreUrl(achievementId),
  type: ['ResultDescription'],
  name: words('achievement:score'),
  resultType: 'Percent',
  requiredValue: percent(passMark),
  valueMin: '0',
  valueMax: '100',
});

const alignmentsOf = (achievement: Achievement, id: string, words: Words): JsonObject[] => {
  const { outcomes = [], alignment = [], microCredential } = achievement;
  return [
    ...outcomes.map((outcome, index) => outcomeAlignment(outcome, `${id}#${outcomeAnchor(index)}`, words)),
    ...(microCredential ? [levelAlignment(microCredential, words)] : []),
    ...alignment.map((node) => nodeAlignment(node, words)),
  ];
};

/** A learning outcome is a node of the framework that the achievement’s own page publishes. */
const outcomeAlignment = (outcome: Localised, targetUrl: string, words: Words): JsonObject => ({
  type: ['Alignment'],
  targetName: outcome[words.language],
  targetUrl,
  targetFramework: words('achievement:outcomes'),
  targetType: 'ext:LearningOutcome',
});

const levelAlignment = ({ eqfLevel }: MicroCredential, words: Words): JsonObject => ({
  type: ['Alignment'],
  targetName: words('achievement:eqf-level', { level: eqfLevel }),
  targetUrl: `${eqf}${eqfLevel}`,
  targetFramework: words('achievement:eqf'),
  targetCode: String(eqfLevel),
});

const nodeAlignment = (node: FrameworkNode, { language }: Words): JsonObject => ({
  type: ['Alignment'],
  targetName: node.targetName[language],
  targetUrl: node.targetUrl,
  targetFramework: node.targetFramework[language],
  ...(node.targetCode ? { targetCode: node.targetCode } : {}),
});

/** `2 h 30 min`, the same in both languages. */
export const workloadText = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [...(hours > 0 ? [`${hours}\u00a0h`] : []), ...(rest > 0 ? [`${rest}\u00a0min`] : [])];
  return parts.join(' ');
};

/** Label and text of each further element, in the order of the recommendation. */
export const elementsOf = (achievement: Achievement, words: Words): { key: string; text: string }[] => {
  const { microCredential: micro, workloadMinutes, validity } = achievement;
  const lasting = validity
    ? [{ key: 'validity', text: words('achievement:validity', { count: validity.months }) }]
    : [];
  if (!micro) return lasting;
  const { language } = words;
  const credits = formats(language).number(micro.ects);
  const workload = workloadMinutes === undefined ? '' : workloadText(workloadMinutes);
  return [
    { key: 'workload', text: words('achievement:workload', { workload, credits }) },
    { key: 'level', text: words('achievement:level', { level: micro.eqfLevel }) },
    { key: 'quality-assurance', text: micro.qualityAssurance[language] },
    { key: 'prerequisites', text: micro.prerequisites[language] },
    { key: 'stackability', text: micro.stackability[language] },
    ...lasting,
  ];
};

const narrativeOf = (achievement: Achievement, words: Words): string =>
  [
    achievement.criteria[words.language],
    ...elementsOf(achievement, words).map(({ key, text }) =>
      words('achievement:line', { label: words(`achievement:labels.${key}`), text }),
    ),
  ].join('\n\n');

const evidenceOf = (
  { assessment, supervision, microCredential: micro }: Achievement,
  words: Words,
): JsonObject[] => {
  const watched =
    micro?.supervision[words.language] ??
    (supervision && words(`achievement:supervision-levels.${supervision}`));
  const { language } = words;
  const piece = (genre: string, key: string, narrative: string): JsonObject => ({
    type: ['Evidence'],
    name: words(`achievement:labels.${key}`),
    narrative,
    genre,
  });
  return [
    piece('Assessment', 'assessment', assessment[language]),
    ...(micro ? [piece('Participation', 'participation', micro.participation[language])] : []),
    ...(watched ? [piece('Supervision', 'supervision', watched)] : []),
  ];
};
