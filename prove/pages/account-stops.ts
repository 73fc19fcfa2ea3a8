import { expectStatus } from '../../test/support/client.ts';
import { linkInLetter } from '../../test/support/letters.ts';
import { submit } from './act.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const withoutLanguage = (path: string): string => path.replace(/^\/(en|fr)/, '');

/** Asks for a new password; answers the path of the link in the letter. */
const resetLink = async ({ instance, installation, newcomer }: Scene): Promise<string> => {
  const client = instance.client();
  const page = expectStatus(await client.get('/en/forgot-password')).page();
  expectStatus(await client.send(page.form(/\/forgot-password$/), { email: newcomer.email }));
  return linkInLetter(installation.mailDir, newcomer.email, /\/reset-password\//);
};

/** Registering, signing in, and one's own account. */
export const accountStops = async (scene: Scene): Promise<Stop[]> => {
  const { newcomer: as, unconfirmed } = scene;
  const reset = withoutLanguage(await resetLink(scene));
  const spent = 'never-a-token-of-ours-never-a-token-of-ours';
  const wrong = { email: as.email, password: 'not the password' };
  return [
    { view: 'account/register', path: '/register', dark: true },
    {
      view: 'account/register',
      state: 'errors',
      path: '/register',
      status: 422,
      doing: submit('/register', { givenName: 'https://example.org', email: 'zoe', password: 'password123' }),
    },
    { view: 'account/register-sent', path: '/register/sent' },
    {
      view: 'account/register-sent',
      state: 'errors',
      path: '/register/sent',
      status: 422,
      doing: submit('/confirm', { email: 'zoe' }),
    },
    { view: 'account/confirm', path: withoutLanguage(unconfirmed.link) },
    { view: 'account/link-spent', state: 'confirmation', path: `/confirm/${spent}`, status: 410 },
    { view: 'account/link-spent', state: 'password', path: `/reset-password/${spent}`, status: 410 },
    { view: 'account/sign-in', path: '/sign-in' },
    { view: 'account/sign-in', state: 'sent there', path: '/certificates' },
    { view: 'account/sign-in', state: 'confirmed', path: '/sign-in?notice=confirmed' },
    { view: 'account/sign-in', state: 'errors', path: '/sign-in', status: 422, doing: submit('/sign-in') },
    {
      view: 'account/sign-in',
      state: 'wrong',
      path: '/sign-in',
      status: 422,
      doing: submit('/sign-in', wrong),
    },
    {
      view: 'account/sign-in',
      state: 'unconfirmed',
      path: '/sign-in',
      status: 422,
      doing: submit('/sign-in', { email: unconfirmed.email, password: unconfirmed.password }),
    },
    { view: 'account/forgot-password', path: '/forgot-password' },
    {
      view: 'account/forgot-password',
      state: 'errors',
      path: '/forgot-password',
      status: 422,
      doing: submit('/forgot-password', { email: 'zoe@' }),
    },
    { view: 'account/forgot-password-sent', path: '/forgot-password/sent' },
    { view: 'account/reset-password', path: reset },
    {
      view: 'account/reset-password',
      state: 'errors',
      path: reset,
      status: 422,
      doing: submit(reset, { password: 'short' }),
    },
    { view: 'account/overview', path: '/account', as, dark: true },
    { view: 'account/overview', state: 'changed', path: '/account?notice=profile', as },
    { view: 'account/profile', path: '/account/profile', as },
    {
      view: 'account/profile',
      state: 'errors',
      path: '/account/profile',
      as,
      status: 422,
      doing: submit('/account/profile', { givenName: '', familyName: 'x@y.example' }),
    },
    { view: 'account/password', path: '/account/password', as },
    {
      view: 'account/password',
      state: 'errors',
      path: '/account/password',
      as,
      status: 422,
      doing: submit('/account/password', { currentPassword: 'wrong', newPassword: 'azerty' }),
    },
  ];
};
