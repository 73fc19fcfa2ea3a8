import { type Client, expectStatus } from '../../test/support/client.ts';
import { post, submit } from './act.ts';
import type { Certificates } from './certificate-stops.ts';
import { freeCourse, type Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const people = [
  'Given name;Family name;E-mail;Language;Awarded on',
  'Amélie;Ouédraogo;amelie.ouedraogo@example.org;fr;2026-11-20',
  'Björn;Þorsteinsson;bjorn.thorsteinsson@example.org;fr;2026-11-20',
].join('\r\n');

/** Uploads a file of people; answers the path of its batch. */
const upload = async (scene: Scene, as: { email: string; password: string }): Promise<string> => {
  const client = await scene.clientOf(as);
  const form = expectStatus(await client.get('/en/staff/batches'))
    .page()
    .form(/\/staff\/batches$/);
  const body = new FormData();
  for (const [name, value] of form.values) body.set(name, value);
  body.set('courseId', freeCourse);
  body.set('file', new Blob([people], { type: 'text/csv' }), 'people.csv');
  const shown = expectStatus(await client.request(form.action, { method: 'POST', body }));
  return shown.path.replace(/^\/en/, '');
};

/** Lets a program use the API; answers the path of its page. */
const admitProgram = async (administrator: Client): Promise<string> => {
  const path = '/en/staff/clients';
  const form = expectStatus(await administrator.get(path))
    .page()
    .form(/\/staff\/clients$/);
  const name = 'Student records of the university hospital';
  expectStatus(
    await administrator.send(form, {
      name,
      mode: 'live',
      scopes: ['credentials:issue', 'credentials:status'],
    }),
  );
  const { links } = expectStatus(await administrator.get(path)).page();
  const found = links.find(({ href }) => /\/staff\/clients\/[^/]+$/.test(href))?.href ?? '';
  return found.replace(/^\/en/, '');
};

/** Issuing and withdrawing many at once, programs that issue, the keys, and what an address without an account can do. */
export const manyStops = async (scene: Scene, { valid }: Certificates): Promise<Stop[]> => {
  const examiner = await scene.staff('examiner');
  const administrator = await scene.staff('administrator');
  const client = await scene.clientOf(examiner);
  const program = await admitProgram(await scene.clientOf(administrator));
  const waiting = await upload(scene, examiner);
  const issued = await upload(scene, examiner);
  const preview = expectStatus(await client.get(`/en${issued}`)).page();
  expectStatus(await client.send(preview.form(/\/confirm$/), { sure: 'yes' }));
  return [
    { view: 'developers/developers', path: '/developers' },
    { view: 'privacy/by-address', path: '/privacy/certificates-by-address' },
    { view: 'privacy/by-address-sent', path: '/privacy/certificates-by-address/sent' },
    {
      view: 'privacy/by-address-spent',
      path: `/privacy/certificates-by-address/${'A'.repeat(43)}`,
      status: 410,
    },
    { view: 'staff/batches', path: '/staff/batches', as: examiner },
    { view: 'staff/batch-preview', path: waiting, as: examiner },
    { view: 'staff/batch', path: issued, as: examiner },
    { view: 'staff/batch-revoke', path: `${issued}/revoke`, as: examiner },
    { view: 'staff/revoke-many', path: '/staff/certificates/revoke-many', as: examiner },
    {
      view: 'staff/revoke-many-preview',
      path: '/staff/certificates/revoke-many',
      as: examiner,
      doing: submit('/revoke-many', { numbers: valid, reason: 'issued-in-error' }),
    },
    { view: 'staff/suspend', path: `/staff/certificates/${valid}/suspend`, as: examiner },
    { view: 'staff/clients', path: '/staff/clients', as: administrator },
    { view: 'staff/client', path: program, as: administrator },
    {
      view: 'staff/client-secret',
      path: program,
      as: administrator,
      doing: submit('/secret', { sure: 'yes' }),
    },
    { view: 'staff/keys', path: '/staff/keys', as: administrator },
    {
      view: 'staff/course-conflict',
      path: `/staff/courses/${freeCourse}/activities/principles`,
      as: await scene.staff('author'),
      status: 409,
      doing: post(`/staff/courses/${freeCourse}/activities/principles`, {
        revision: '1',
        'title.en': 'The principles',
        'title.fr': 'Les principes',
        'body.en': 'What somebody else wrote.',
        'body.fr': 'Ce que quelqu’un d’autre a écrit.',
        minutes: '8',
      }),
    },
  ];
};
