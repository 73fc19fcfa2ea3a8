import type { Words } from '../platform/i18n.ts';
import type { JsonObject } from '../vc/index.ts';
import type { Achievement } from './achievement.ts';
import { credentialContexts } from './compose-credential.ts';
import { describeAchievement, elementsOf, outcomeAnchor } from './describe-achievement.ts';

/** An achievement as anybody may read it: for programs, and for people in one language. */
export type PublishedAchievement = {
  /** Open Badges 3.0, B.1 Achievement, as it stands in credentials of this language. */
  document: JsonObject;
  name: string;
  description: string;
  criteria: string;
  assessment: string;
  courseId: string;
  courseVersion: number;
  humanCode: string;
  subjects: readonly string[];
  /** `anchor` is the fragment of its own address, to which credentials align. */
  outcomes: readonly { anchor: string; text: string }[];
  /** A fraction of 1. */
  passMark: number | undefined;
  elements: readonly { label: string; text: string }[];
  frameworks: readonly { name: string; framework: string; code: string | undefined; url: string }[];
};

export const publishAchievement = (
  achievement: Achievement,
  words: Words,
  baseUrl: string,
): PublishedAchievement => {
  const { language } = words;
  const { tags = [], outcomes = [], alignment = [], microCredential: micro } = achievement;
  const label = (key: string): string => words(`achievement:labels.${key}`);
  return {
    document: {
      '@context': credentialContexts,
      ...describeAchievement(achievement, words, baseUrl).achievement,
    },
    name: achievement.name[language],
    description: achievement.description[language],
    criteria: achievement.criteria[language],
    assessment: achievement.assessment[language],
    courseId: achievement.courseId,
    courseVersion: achievement.courseVersion,
    humanCode: achievement.humanCode,
    subjects: tags.map((tag) => tag[language]),
    outcomes: outcomes.map((outcome, index) => ({ anchor: outcomeAnchor(index), text: outcome[language] })),
    passMark: achievement.passMark,
    elements: [
      ...elementsOf(achievement, words).map(({ key, text }) => ({ label: label(key), text })),
      ...(micro
        ? [
            { label: label('participation'), text: micro.participation[language] },
            { label: label('supervision'), text: micro.supervision[language] },
          ]
        : []),
    ],
    frameworks: alignment.map((node) => ({
      name: node.targetName[language],
      framework: node.targetFramework[language],
      code: node.targetCode,
      url: node.targetUrl,
    })),
  };
};
