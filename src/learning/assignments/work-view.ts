import type { AssignmentRules } from './assignment-rules.ts';
import type { HandedFile } from './handed-file.ts';
import {
  appealUntil,
  handInsLeft,
  type Judgement,
  judgementOf,
  latest,
  mayAppeal,
  mayWrite,
  type Version,
  type Work,
  type WorkState,
} from './work.ts';

/** What an examiner said, without saying who. */
export type JudgementView = Omit<Judgement, 'by'>;

export type VersionView = {
  number: number;
  at: Date;
  text: string;
  file?: HandedFile;
  /** The one that counts. */
  judgement?: JudgementView;
  appeal?: Version['appeal'];
};

/** The work on an assignment as its learner sees it; revision 0 while nothing was written. */
export type WorkView = {
  state: WorkState;
  revision: number;
  draft: Work['draft'];
  changedAt?: Date;
  /** The newest first. */
  versions: readonly VersionView[];
  handInsLeft: number;
  mayWrite: boolean;
  dueAt?: Date;
  /** Until when a second look may be asked for; missing when it may not. */
  appealUntil?: Date;
};

export const withoutName = ({ by: _by, ...judgement }: Judgement): JudgementView => judgement;

const versionView = (version: Version): VersionView => {
  const { number, at, text, file, appeal } = version;
  const judgement = judgementOf(version);
  return {
    number,
    at,
    text,
    ...(file ? { file } : {}),
    ...(judgement ? { judgement: withoutName(judgement) } : {}),
    ...(appeal ? { appeal } : {}),
  };
};

type Place = { rules: AssignmentRules; isOpen: boolean; now: Date };

/** `isOpen`: whether anything may still be done in the enrolment. */
export const workView = (work: Work | undefined, { rules, isOpen, now }: Place): WorkView => {
  const shown = work ?? { state: 'draft' as const, versions: [] };
  const judgement = judgementOf(latest(shown));
  const mayAsk = isOpen && mayAppeal(shown, now) && judgement !== undefined;
  return {
    state: shown.state,
    revision: work?.revision ?? 0,
    draft: work?.draft ?? { text: '' },
    ...(work ? { changedAt: work.changedAt } : {}),
    versions: shown.versions.map(versionView).reverse(),
    handInsLeft: handInsLeft(shown, rules),
    mayWrite: isOpen && mayWrite(shown, rules),
    ...(work?.dueAt && (work.state === 'submitted' || work.state === 'appealed')
      ? { dueAt: work.dueAt }
      : {}),
    ...(mayAsk ? { appealUntil: appealUntil(judgement) } : {}),
  };
};
