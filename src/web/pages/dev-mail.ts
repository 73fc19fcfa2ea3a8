import { type Response, Router } from 'express';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { readMailFolder } from '../../platform/mail.ts';
import type { Render } from '../render.ts';
import { type ReadLetter, readLetter } from './read-letter.ts';

type DevMailDeps = { render: Render; mailDir: string };
type NamedLetter = ReadLetter & { name: string };

const shownAtMost = 200;

const lettersOf = async (mailDir: string): Promise<NamedLetter[]> =>
  (await readMailFolder(mailDir))
    .slice(0, shownAtMost)
    .map(({ name, raw }) => ({ name, ...readLetter(raw) }));

/** The text cut at its addresses, so that a link can be followed without the HTML. */
export const linked = (text: string): { text: string; href?: string }[] =>
  text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/)
    .map((part, index) => (index % 2 === 1 ? { text: part, href: part } : { text: part }));

/** The letter draws itself in a frame where nothing runs, nothing loads and nothing can be sent. */
const letterPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

const sendLetterHtml = (response: Response, html: string): void => {
  response.set({
    'Content-Security-Policy': letterPolicy,
    'X-Frame-Options': 'SAMEORIGIN',
    'Cache-Control': 'no-store',
  });
  response.type('html').send(html);
};

/** `/dev/mail`: the letters that were written into the mail folder. Never mounted in production. */
export const createDevMailPages = ({ render, mailDir }: DevMailDeps): Router => {
  const router = Router();
  const find = async (name: string): Promise<NamedLetter> => {
    const letter = (await readMailFolder(mailDir)).find((each) => each.name === name);
    if (!letter) throw notFound();
    return { name, ...readLetter(letter.raw) };
  };

  router.get('/dev/mail', async (request, response) => {
    const { words } = contextOf(response);
    const letters = await lettersOf(mailDir);
    const data = { letters, mailDir };
    render(request, response, {
      view: 'dev-mail/list',
      title: words('web:dev-mail.title'),
      noindex: true,
      wide: true,
      data,
    });
  });

  router.get('/dev/mail/:name', async (request, response) => {
    const letter = await find(request.params.name);
    // The page's own policy lets no frame in; this one page shows the letter beside its text.
    const policy = response.get('Content-Security-Policy');
    if (policy) response.set('Content-Security-Policy', `${policy};frame-src 'self'`);
    render(request, response, {
      view: 'dev-mail/letter',
      title: letter.subject,
      noindex: true,
      wide: true,
      data: { letter, pieces: linked(letter.text) },
    });
  });

  router.get('/dev/mail/:name/html', async (request, response) => {
    const { html } = await find(request.params.name);
    if (html === undefined) throw notFound();
    sendLetterHtml(response, html);
  });
  return router;
};
