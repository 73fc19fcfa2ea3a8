import { Router } from 'express';
import type { Clock } from '../../platform/clock.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

const minutesLeft = 23;
const verdictKinds = ['verified', 'not-valid', 'could-not-check', 'replaced', 'expired'];

const faultyForm = (words: Words) =>
  formOf({
    words,
    values: { name: 'Zoé Šťastná-Παπαδοπούλου', email: 'zoe@', topics: ['b'], remark: 'one\n  two' },
    faults: [
      { pointer: '/email', code: 'not-an-email' },
      { pointer: '/password', code: 'required' },
      { pointer: '/agree', code: 'required' },
    ],
    labels: {
      email: words('web:styleguide.email'),
      password: words('web:styleguide.password'),
      agree: words('web:styleguide.agree'),
    },
  });

const parts = (words: Words, now: Date) => ({
  form: faultyForm(words),
  options: ['a', 'b', 'c'].map((value) => ({ value, label: words(`web:styleguide.options.${value}`) })),
  verdicts: verdictKinds.map((kind) => ({ kind })),
  steps: ['done', 'done', 'current', 'open', 'locked'].map((state, index) => ({
    state,
    label: words('web:styleguide.step', { number: index + 1 }),
    ...(state === 'locked' ? { note: words('web:styleguide.locked') } : {}),
  })),
  columns: [
    { label: words('web:styleguide.columns.course') },
    { label: words('web:styleguide.columns.date') },
    { label: words('web:styleguide.columns.price'), numeric: true },
  ],
  now,
  deadline: new Date(now.getTime() + minutesLeft * 60_000),
  minutesLeft,
});

/** `/styleguide`: every part as it is drawn. Mounted outside production only. */
export const createStyleguidePages = (deps: { render: Render; clock: Clock }): Router => {
  const router = Router();
  router.get('/styleguide', (request, response) => {
    const { words } = contextOf(response);
    deps.render(request, response, {
      view: 'styleguide/styleguide',
      title: words('web:styleguide.title'),
      noindex: true,
      wide: true,
      data: parts(words, deps.clock.now()),
    });
  });
  return router;
};
