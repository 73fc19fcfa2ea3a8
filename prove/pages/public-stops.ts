import { post, submit } from './act.ts';
import { freeCourse, paidCourse, type Scene } from './scene.ts';
import { firstVisit, type Stop } from './stop.ts';

/** What anybody may see, and what goes wrong for anybody. */
export const publicStops = async ({ instance, newcomer: as }: Scene): Promise<Stop[]> => {
  const letters = await instance.client().get('/en/dev/mail');
  const letter = letters
    .page()
    .link(/\/dev\/mail\/[^/]+$/)
    .replace(/^\/en/, '');
  return [
    { view: 'home/home', path: '/', dark: true },
    { view: 'home/home', state: 'first visit', path: '/', as: firstVisit },
    { view: 'home/home', state: 'signed in', path: '/', as },
    { view: 'home/accessibility', path: '/accessibility' },
    { view: 'home/licence', path: '/licence' },
    { view: 'styleguide/styleguide', path: '/styleguide', dark: true },
    { view: 'learn/catalogue', path: '/courses', dark: true },
    { view: 'learn/path', state: 'signed out', path: '/paths/data-protection-at-work' },
    { view: 'learn/catalogue', state: 'nothing found', path: '/courses?q=astrology' },
    { view: 'learn/course', state: 'free', path: `/courses/${freeCourse}` },
    { view: 'learn/course', state: 'paid', path: `/courses/${paidCourse}`, as },
    { view: 'checkout/terms', path: '/terms-of-sale' },
    { view: 'privacy/policy', path: '/privacy' },
    { view: 'privacy/versions', path: '/privacy/versions' },
    { view: 'privacy/register', path: '/privacy/register' },
    { view: 'privacy/cookies', path: '/cookies', as: firstVisit },
    { view: 'privacy/cookies', state: 'refused', path: '/cookies' },
    { view: 'support/contact', path: '/contact' },
    {
      view: 'support/contact',
      state: 'errors',
      path: '/contact',
      status: 422,
      doing: submit('/contact', { name: '<b>', email: 'zoe', message: 'Hello' }),
    },
    { view: 'support/sent', path: '/contact/sent/S-2026-000042' },
    { view: 'error/index', path: '/problems' },
    { view: 'error/documented', path: '/problems/payments-unavailable' },
    { view: 'error/problem', state: '404', path: '/nowhere', status: 404 },
    {
      view: 'error/problem',
      state: '403 form',
      path: '/contact',
      status: 403,
      doing: post('/contact', {}, { token: false }),
    },
    { view: 'error/problem', state: '405', path: '/', method: 'PUT', status: 405 },
    { view: 'dev-mail/list', path: '/dev/mail' },
    { view: 'dev-mail/letter', path: letter },
  ];
};
