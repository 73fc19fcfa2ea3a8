import { expectStatus } from '../../test/support/client.ts';
import { submit } from './act.ts';
import type { Certificates } from './certificate-stops.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

/** The holder asks staff for another name; answers the path of the desk where that is decided. */
const askForName = async (scene: Scene, number: string): Promise<string> => {
  const holder = await scene.clientOf(scene.candidates.renamed);
  const form = expectStatus(await holder.get(`/en/certificates/${number}/name?ask=yes`))
    .page()
    .form(/\/name-request$/);
  const explanation = 'I married on 3 May 2026 in Lyon and bear both names since then.';
  expectStatus(await holder.send(form, { name: 'Noémie Lefèvre-Martin', explanation }));
  const staff = await scene.clientOf(await scene.staff('administrator'));
  const { links } = expectStatus(await staff.get('/en/staff/corrections')).page();
  const found = links.find(({ href }) => /\/staff\/corrections\/[^/?]+$/.test(href))?.href ?? '';
  return found.replace(/^\/en/, '');
};

/** What a holder shows to others: a profile and a collection, one that has ended; and a name that is corrected. */
export const holdingStops = async (scene: Scene, { valid, renamed }: Certificates): Promise<Stop[]> => {
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
  const correction = await askForName(scene, renamed);
  const administrator = await scene.staff('administrator');
  return [
    { view: 'showcase/profile', path: '/p/la-rochefoucauld' },
    { view: 'showcase/collection', path: collection },
    { view: 'showcase/ended', path: ended, status: 410 },
    { view: 'showcase/holder', state: 'with a profile', path: '/showcase', as },
    {
      view: 'certificates/name',
      state: 'asked',
      path: `/certificates/${renamed}/name`,
      as: scene.candidates.renamed,
    },
    { view: 'staff/correction', path: correction, as: administrator },
    {
      view: 'staff/correction',
      state: 'errors',
      path: correction,
      as: administrator,
      status: 422,
      doing: submit(correction, { reason: '' }),
    },
    {
      view: 'certificates/name-confirm',
      path: `/certificates/${valid}/name`,
      as,
      doing: submit('/name', { name: 'Jean-Baptiste de la Rochefoucauld-Montmorency' }),
    },
  ];
};
