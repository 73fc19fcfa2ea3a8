import type { Language, Localised } from '../platform/i18n.ts';

/** What can be earned, in every language: the same for all who earn it. Optional parts are left out of credentials. */
export type Achievement = {
  courseId: string;
  courseVersion: number;
  name: Localised;
  description: Localised;
  criteria: Localised;
  humanCode: string;
  /** One line: how it is assessed. */
  assessment: Localised;
  tags?: readonly Localised[];
  /** What the holder knows and can do. */
  outcomes?: readonly Localised[];
  /** Nodes of published frameworks that the achievement reaches. */
  alignment?: readonly FrameworkNode[];
  workloadMinutes?: number;
  /** What a result must reach, as a fraction of 1. */
  passMark?: number;
  /** Who watches over the test, and how it is known who sits it. */
  supervision?: 'unsupervised' | 'unsupervised-identified' | 'supervised-online' | 'supervised-onsite';
  microCredential?: MicroCredential;
  /** How long certificates hold, and how many days before their end they may be renewed; for good, when missing. */
  validity?: { months: number; windowDays: number };
};

export type FrameworkNode = {
  targetName: Localised;
  targetUrl: string;
  targetFramework: Localised;
  targetCode?: string;
};

/** Elements of the Council Recommendation on micro-credentials (16 June 2022, Annex I) that nothing else says. */
export type MicroCredential = {
  /** European Qualifications Framework, 1 to 8. */
  eqfLevel: number;
  /** The workload in credits of 25 to 30 hours. */
  ects: number;
  participation: Localised;
  supervision: Localised;
  qualityAssurance: Localised;
  prerequisites: Localised;
  stackability: Localised;
};

/** How well it was done: the share of the points and what was asked for, as fractions of 1. */
export type AchievedResult = { score: number; passMark: number };

/** The stable public address of an achievement: its id in credentials, and a page for people. */
export const achievementUrl = (baseUrl: string, courseId: string, courseVersion: number): string =>
  `${baseUrl}/achievements/${courseId}/${courseVersion}`;

/** The texts that the sheet prints, in one language. */
export type Wording = {
  name: string;
  description: string;
  criteria: string;
  assessment: string;
};

export const wordingOf = (achievement: Achievement, language: Language): Wording => ({
  name: achievement.name[language],
  description: achievement.description[language],
  criteria: achievement.criteria[language],
  assessment: achievement.assessment[language],
});
