import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expectStatus } from '../../test/support/client.ts';
import { signIn } from '../../test/support/walk.ts';
import { submit } from './act.ts';
import type { Certificates } from './certificate-stops.ts';
import { awaited, type Scene, takeAgain } from './scene.ts';
import type { Stop } from './stop.ts';

const tooMany = 11;

/** Eleven wrong passwords in a row, from this network. */
const knock = async (scene: Scene, email: string): Promise<void> => {
  const client = scene.instance.client();
  const page = expectStatus(await client.get('/en/sign-in')).page();
  for (let tries = 0; tries < tooMany; tries += 1) {
    await client.send(page.form(/\/sign-in$/), { email, password: 'not the password' });
  }
};

const suspend = async (scene: Scene, number: string): Promise<void> => {
  const client = await scene.clientOf(await scene.staff('examiner'));
  const form = expectStatus(await client.get(`/en/staff/certificates/${number}/suspend`))
    .page()
    .form(/\/suspend$/);
  expectStatus(await client.send(form, { reason: 'enquiry', note: '' }));
};

/**
 * The same service after a restart that did not find its key, and with the usual limits on how often somebody may try:
 * a certificate waits for its signature, jobs fail.
 */
export const strand = async (
  scene: Scene,
  certificates: Certificates,
): Promise<{ scene: Scene; stops: Stop[] }> => {
  await scene.instance.stop();
  await rename(join(scene.installation.dataDir, 'keys'), join(scene.installation.dataDir, 'keys-elsewhere'));
  const instance = await scene.installation.start({
    clock: { behind: -scene.ahead },
    env: { RATE_LIMITS: 'standard' },
  });
  const stranded: Scene = {
    ...scene,
    instance,
    clientOf: async (person) => {
      const client = instance.client();
      await signIn(client, person);
      return client;
    },
  };
  const { unsigned } = scene.candidates;
  await takeAgain(stranded, unsigned, 'right');
  const client = await stranded.clientOf(unsigned);
  const path = await awaited('a reserved certificate', async () => {
    const { links } = expectStatus(await client.get('/en/certificates')).page();
    return links.find(({ href }) => /\/certificates\/[^/.]+$/.test(href))?.href.replace(/^\/en/, '');
  });
  const as = await scene.staff('administrator');
  await suspend(stranded, certificates.valid);
  await knock(stranded, scene.newcomer.email);
  const wrong = { email: scene.newcomer.email, password: 'not the password' };
  return {
    scene: stranded,
    stops: [
      { view: 'certificates/preparing', path, as: unsigned },
      {
        view: 'verify/report',
        state: 'suspended, not yet listed',
        verdict: 'verified_not_current.suspension-not-yet-listed',
        path: `/v/${certificates.valid}`,
      },
      { view: 'certificates/list', state: 'preparing', path: '/certificates', as: unsigned },
      { view: 'staff/home', state: 'stopped', path: '/staff', as },
      { view: 'staff/jobs', state: 'failing', path: '/staff/jobs', as },
      { view: 'staff/certificate', state: 'unsigned', path: `/staff${path}`, as },
      {
        view: 'error/problem',
        state: '429',
        path: '/sign-in',
        status: 429,
        doing: submit('/sign-in', wrong),
      },
    ],
  };
};
