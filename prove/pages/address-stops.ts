import type { Page } from 'puppeteer';
import { type Client, expectStatus } from '../../test/support/client.ts';
import { linkInLetter } from '../../test/support/letters.ts';
import { submit } from './act.ts';
import { awaited, freeCourse, type Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const count = 6;
const addresses = Array.from({ length: count }, (_, index) => `leaving-${index}@example.org`);
const rows = [...addresses, 'withdrawn@example.org'].map(
  (address, index) => `Noor;de Wit ${'ABCDEFG'[index]};${address};en;2026-11-20`,
);
const people = ['Given name;Family name;E-mail;Language;Awarded on', ...rows].join('\r\n');

const withoutLanguage = (path: string): string => path.replace(/^\/(en|fr)/, '');

/** Issues certificates to people without an account; answers the numbers in the order of the file. */
const issueMany = async (examiner: Client): Promise<string[]> => {
  const form = expectStatus(await examiner.get('/en/staff/batches'))
    .page()
    .form(/\/staff\/batches$/);
  const body = new FormData();
  for (const [name, value] of form.values) body.set(name, value);
  body.set('courseId', freeCourse);
  body.set('file', new Blob([people], { type: 'text/csv' }), 'leaving.csv');
  const shown = expectStatus(await examiner.request(form.action, { method: 'POST', body }));
  expectStatus(await examiner.send(shown.page().form(/\/confirm$/), { sure: 'yes' }));
  return awaited('a batch', async () => {
    const { text } = await examiner.get(`${shown.path}.csv`);
    const found = [...text.matchAll(/\b[0-9A-Z]{28}(?=,http\S+,valid)/g)].map(([number]) => number);
    return found.length === rows.length ? found : undefined;
  });
};

const linkFor = async ({ instance, installation }: Scene, email: string): Promise<string> => {
  const client = instance.client();
  const form = expectStatus(await client.get('/en/privacy/certificates-by-address'))
    .page()
    .form(/certificates-by-address$/);
  expectStatus(await client.send(form, { email }));
  return withoutLanguage(await linkInLetter(installation.mailDir, email, /certificates-by-address\//));
};

/** What people without an account may do about their certificates, and many that are withdrawn at once. */
export const addressStops = async (scene: Scene): Promise<Stop[]> => {
  const as = await scene.staff('examiner');
  const examiner = await scene.clientOf(as);
  const numbers = await issueMany(examiner);
  const [waiting = '', ...links] = await Promise.all(addresses.map((address) => linkFor(scene, address)));
  const form = expectStatus(await examiner.get('/en/staff/certificates/revoke-many'))
    .page()
    .form(/\/revoke-many$/);
  const asked = { numbers: numbers.at(-1) ?? '', reason: 'issued-in-error', note: '' };
  const preview = expectStatus(await examiner.send(form, asked)).page();
  const progress = expectStatus(await examiner.send(preview.form(/\/revoke-many$/))).path;
  const erase = async (page: Page): Promise<void> => {
    // Each link is good for one erasure.
    const link = links.pop() ?? '';
    const language = new URL(page.url()).pathname.split('/')[1];
    await page.goto(new URL(`/${language}${link}`, page.url()).href);
    await submit(link)(page);
  };
  return [
    { view: 'privacy/by-address-confirm', path: waiting },
    { view: 'privacy/by-address-done', path: '/privacy/certificates-by-address', doing: erase },
    { view: 'staff/revoke-many-progress', path: withoutLanguage(progress), as },
  ];
};
