import { submit } from './act.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

/** What one may do about one's own data. */
export const privacyStops = (scene: Scene): Stop[] => {
  const as = scene.candidates.certified;
  return [
    { view: 'privacy/account', path: '/account/privacy', as },
    { view: 'privacy/erase', path: '/account/privacy/erase', as },
    {
      view: 'privacy/erase',
      state: 'errors',
      path: '/account/privacy/erase',
      as,
      status: 422,
      doing: submit('/account/privacy/erase', { password: 'wrong' }),
    },
    { view: 'privacy/erased', path: '/erased' },
  ];
};
