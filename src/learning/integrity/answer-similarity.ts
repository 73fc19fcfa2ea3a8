import type { Answer } from '../attempts/answer.ts';
import { codesOf, type FormItem } from '../attempts/form-item.ts';

/** What was answered to one question, independent of the order in which its parts were shown. */
export type PlainAnswer = { questionId: string; said: string; right: boolean };

const idAt = (ids: readonly string[], code: string): string | undefined => ids[codesOf(ids).indexOf(code)];

const plainText = (text: string): string => text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();

/** An answer by ids instead of codes: two forms that were shuffled differently can be laid side by side. */
export const saidTo = (item: FormItem, answer: Answer | undefined): string | undefined => {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer === 'string') return idAt(item.options, answer) ?? plainText(answer);
  if (Array.isArray(answer)) {
    return answer
      .map((code: string) => idAt(item.options, code) ?? code)
      .sort()
      .join('+');
  }
  return Object.entries(answer)
    .map(([left, right]) => {
      const other = typeof right === 'number' ? right : (idAt(item.rights, right) ?? right);
      return `${idAt(item.options, left) ?? left}=${other}`;
    })
    .sort()
    .join('+');
};

export type Similarity = {
  /** Questions answered wrongly by both, in the same way. */
  sharedWrong: number;
  /** Questions that both answered, differently. */
  different: number;
  common: number;
  index: number;
};

/**
 * Exact errors in common over differing answers (Harpp, Hogan and Jennings, 1996): honest pairs stay far below 1, since
 * mistakes made alone differ. Right answers count for nothing: good candidates agree with each other.
 */
export const similarityOf = (one: readonly PlainAnswer[], other: readonly PlainAnswer[]): Similarity => {
  const theirs = new Map(other.map((answer) => [answer.questionId, answer]));
  let [sharedWrong, different, common] = [0, 0, 0];
  for (const { questionId, said, right } of one) {
    const their = theirs.get(questionId);
    if (!their) continue;
    common += 1;
    if (their.said !== said) different += 1;
    else if (!right && !their.right) sharedWrong += 1;
  }
  return { sharedWrong, different, common, index: sharedWrong / Math.max(1, different) };
};

/** Below these figures chance explains it: few questions in common, or hardly a mistake. */
export const leastSharedWrong = 4;
export const suspiciousIndex = 1;

export const isSuspicious = ({ sharedWrong, index }: Similarity): boolean =>
  sharedWrong >= leastSharedWrong && index >= suspiciousIndex;
