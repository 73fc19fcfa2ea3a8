import { type Question, renderPrompt } from '../../learning/index.ts';
import type { Words } from '../../platform/i18n.ts';

/** A question with its key, for examiners: choices with which is right, a number with its tolerance. */
export const questionLines = (question: Question, words: Words) => {
  const { language } = words;
  const { line, rest } = renderPrompt(question.prompt[language]);
  const options =
    question.kind === 'choice' || question.kind === 'multiple'
      ? question.options.map(({ id, text, correct }) => ({
          id,
          text: text[language],
          right: correct === true,
        }))
      : [];
  return {
    id: question.id,
    kind: question.kind,
    points: question.points,
    promptHtml: `${line}${rest}`,
    options,
    ...(question.kind === 'numeric' ? { answer: question.answer, tolerance: question.tolerance } : {}),
  };
};
