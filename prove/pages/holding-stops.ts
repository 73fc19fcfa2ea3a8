import { expectStatus } from '../../test/support/client.ts';
import { submit } from './act.ts';
import type { Certificates } from './certificate-stops.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

/** What a holder shows to others: a profile and a collection, one that has ended; and a name that is corrected. */
export const holdingStops = async (scene: Scene, { valid }: Certificates): Promise<Stop[]> => {
  const as = scene.candidates.certified;
  const client = await scene.clientOf(as);
  const holder = async () => expectStatus(await client.get('/en/showcase')).page();
  const gather = async (title: string): Promise<string> => {
    const form = (await holder()).form(/\/collections$/);
    const page = expectStatus(await client.send(form, { title, certificates: valid })).page();
    const found = page.links.map(({ href }) => href).findLast((href) => /\/c\/[\w-]+$/.test(href)) ?? '';
    return new URL(found, 'http://localhost').pathname.replace(/^\/(en|fr)/, '');
  };
  expectStatus(
    await client.send((await holder()).form(/\/showcase\/profile$/), {
      handle: 'la-rochefoucauld',
      on: 'yes',
    }),
  );
  const ended = await gather('For an employer of last year');
  expectStatus(await client.send((await holder()).form(/\/end$/)));
  const collection = await gather('Data protection');
  return [
    { view: 'showcase/profile', path: '/p/la-rochefoucauld' },
    { view: 'showcase/collection', path: collection },
    { view: 'showcase/ended', path: ended, status: 410 },
    { view: 'showcase/holder', state: 'with a profile', path: '/showcase', as },
    {
      view: 'certificates/name-confirm',
      path: `/certificates/${valid}/name`,
      as,
      doing: submit('/name', { name: 'Jean-Baptiste de la Rochefoucauld-Montmorency' }),
    },
  ];
};
