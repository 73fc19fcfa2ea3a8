import { Router } from 'express';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Language, Translations, Words } from '../../platform/i18n.ts';
import type { Render } from '../render.ts';

type ProblemText = { title: string; detail: string; remedy: string };
type ProblemTexts = { fields: Record<string, string> } & Record<string, ProblemText>;

const textsOf = (translations: Translations, language: Language): ProblemTexts =>
  translations.resources[language]?.problems as ProblemTexts;

/** The text as documentation shows it, where nothing fills its places yet. */
const withoutValues = (text: string): string => text.replace(/\{\{\s*\w+\s*\}\}/g, '…');

const documented = (texts: ProblemTexts, code: string): ProblemText | undefined =>
  code !== 'fields' && Object.hasOwn(texts, code) ? texts[code] : undefined;

const fieldRows = (texts: ProblemTexts) =>
  Object.entries(texts.fields).map(([code, text]) => [{ text: code }, { text: withoutValues(text) }]);

const fieldTable = (words: Words, texts: ProblemTexts) => ({
  columns: [{ label: words('web:problems.code') }, { label: words('web:problems.sentence') }],
  rows: fieldRows(texts),
});

/** `/problems`: every code an answer of ours can carry as `type` (RFC 9457, 3.1.1), each with a page that explains it. */
export const createProblemPages = (deps: { render: Render; translations: Translations }): Router => {
  const router = Router();
  router.get('/problems', (request, response) => {
    const { words, language } = contextOf(response);
    const problems = Object.entries(textsOf(deps.translations, language))
      .filter(([code]) => code !== 'fields')
      .map(([code, text]) => ({ code, title: text.title as string }))
      .sort((a, b) => a.title.localeCompare(b.title, language));
    deps.render(request, response, {
      view: 'error/index',
      title: words('web:problems.title'),
      data: { problems },
    });
  });
  router.get('/problems/:code', (request, response) => {
    const { words, language } = contextOf(response);
    const texts = textsOf(deps.translations, language);
    const code = request.params.code;
    const text = documented(texts, code);
    if (!text) throw notFound();
    const data = {
      code,
      detail: withoutValues(text.detail),
      remedy: withoutValues(text.remedy),
      fields: code === 'invalid-input' ? fieldTable(words, texts) : undefined,
    };
    deps.render(request, response, { view: 'error/documented', title: withoutValues(text.title), data });
  });
  return router;
};
