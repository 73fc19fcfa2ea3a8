import type { Language } from '../../../platform/i18n.ts';
import type { Question } from '../question.ts';
import type { QuestionFault } from '../question-checks.ts';

/** What reading a file of another tool gives: per question either something to keep, or the reasons why not. */

/** The kinds of file that come and go. QTI 3 only goes. */
export const importFormats = ['moodle-xml', 'gift', 'csv'] as const;
export type ImportFormat = (typeof importFormats)[number];
export const exportFormats = [...importFormats, 'qti3'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** `code` is worded in `locales/<language>/items.json` under `notes`: what of the original was given up. */
export type ImportNote = { code: string; params?: Record<string, string | number> };

export type ImportedQuestion = {
  /** From 1, in the order of the file. */
  number: number;
  /** Where it begins in the file, from 1. */
  line: number;
  /** The name that the file gives it, else how it begins. */
  name: string;
  notes: readonly ImportNote[];
} & ({ question: Question } | { faults: readonly QuestionFault[] });

/** `faults` of the file as a whole: nothing of it can be read. */
export type ImportedFile =
  | { ok: true; questions: readonly ImportedQuestion[] }
  | {
      ok: false;
      faults: readonly { line?: number; code: string; params?: Record<string, string | number> }[];
    };

/** `language`: of texts that do not say theirs. `tag`: for questions that bring none. */
export type ReadOptions = { language: Language; tag: string };

/** More would not be read by anybody in one sitting. */
export const MOST_QUESTIONS = 2000;
