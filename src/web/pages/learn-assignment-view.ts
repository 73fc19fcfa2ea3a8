import {
  type AssignmentRules,
  type AssignmentView,
  type JudgementView,
  longestAppeal,
  pointsOfAll,
} from '../../learning/index.ts';
import type { FieldFault } from '../../platform/errors.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { listText, sizeText } from './learn-words.ts';

/** What became of what was just sent, beside the page as it stands now. */
export type Sent = {
  /** After a redirect: `saved`, `handed-in`, `asked`. */
  done?: unknown;
  typed?: Readonly<Record<string, string>>;
  faults?: readonly FieldFault[];
  /** Nothing was written: another window was first, or nothing can be written any more. */
  refused?: 'outdated' | 'closed';
};

/** The kinds of file in words, and as the browser's own choice of files wants them. */
export const fileWords = ({ file }: AssignmentRules, words: Words) =>
  file && {
    kinds: listText(
      words.language,
      file.kinds.map((kind) => words(`assignment:kinds.${kind}`)),
    ),
    accept: file.kinds.map((kind) => `.${kind}`).join(','),
    size: sizeText(words, file.mostMegabytes * 1_000_000),
  };

/** The rubric, with what an examiner gave and said where there is that. */
export const criteriaLines = ({ criteria }: AssignmentRules, judgement?: JudgementView) =>
  criteria.map(({ id, title, description, points }) => ({
    id,
    title,
    description,
    max: points,
    ...(judgement?.outcome === 'returned' ? {} : { points: judgement?.points[id] }),
    comment: judgement?.comments[id] ?? '',
  }));

const labelsOf = (words: Words) => ({
  text: words('assignment:text'),
  file: words('assignment:file'),
  appeal: words('assignment:appeal.label'),
});

const versionLines = ({ work, rules }: AssignmentView, words: Words) =>
  work.versions.map((version) => ({
    ...version,
    ...(version.file ? { fileSize: sizeText(words, version.file.size) } : {}),
    lines: version.judgement ? criteriaLines(rules, version.judgement) : [],
  }));

/** Everything that the page of an assignment shows. */
export const assignmentData = (view: AssignmentView, words: Words, sent: Sent = {}) => {
  const { work, rules } = view;
  const { typed, faults = [] } = sent;
  // Without a form, what was typed has to stand somewhere else.
  const refused = sent.refused && (work.mayWrite ? sent.refused : 'closed');
  const done = typeof sent.done === 'string' && ['saved', 'handed-in', 'asked'].includes(sent.done);
  const last = work.versions[0]?.judgement;
  return {
    view,
    work,
    rules,
    points: pointsOfAll(rules),
    lines: criteriaLines(rules),
    fileRules: fileWords(rules, words),
    draftFileSize: work.draft.file && sizeText(words, work.draft.file.size),
    versions: versionLines(view, words),
    last,
    hasWritten: work.revision > 0,
    longestAppeal,
    refused,
    typed: refused ? typed?.text : undefined,
    doneKey: done ? sent.done : undefined,
    form: formOf({
      words,
      values: { text: work.draft.text, ...typed },
      faults,
      labels: labelsOf(words),
    }),
  };
};
