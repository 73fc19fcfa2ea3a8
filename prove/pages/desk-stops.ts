import { type Client, expectStatus } from '../../test/support/client.ts';
import type { Certificates } from './certificate-stops.ts';
import { awaited, type Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const sent = (fields: Readonly<Record<string, string>>, file?: { name: string; text: string }): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file) form.set('file', new Blob([file.text]), file.name);
  return form;
};

const withoutLanguage = (path: string): string => path.replace(/^\/(en|fr)/, '');

/** A list with a row of every kind, examined to the end. */
const checkedList = async (client: Client, { valid, revoked, erased }: Certificates): Promise<string> => {
  const rows = ['number', valid, revoked, erased, valid, `${valid.slice(0, -2)}ZZ`, 'hello', '0'.repeat(28)];
  const body = sent({}, { name: 'list.csv', text: rows.join('\n') });
  const { path } = expectStatus(await client.request('/en/verify/bulk', { method: 'POST', body }));
  await awaited('the receipt', async () =>
    (await client.get(`${path}/receipt.json`)).status === 200 ? true : undefined,
  );
  return withoutLanguage(path);
};

const reportFake = async (client: Client, { valid }: Certificates): Promise<void> => {
  const body = sent({
    identifier: valid,
    verdict: 'verified',
    seen: 'The printed grade does not stand in the record.',
  });
  expectStatus(await client.request('/en/verify/suspicion', { method: 'POST', body }));
};

/** The verifier desk beyond single verdicts: many at once, doubts, what others may frame. */
export const deskStops = async (scene: Scene, certificates: Certificates): Promise<Stop[]> => {
  const client = scene.instance.client();
  const { valid, revoked } = certificates;
  const list = await checkedList(client, certificates);
  await reportFake(client, certificates);
  return [
    { view: 'verify/bulk', path: '/verify/bulk' },
    { view: 'verify/bulk-check', state: 'done', path: list, dark: true },
    { view: 'verify/suspicion', path: `/verify/suspicion?identifier=${valid}&verdict=verified` },
    { view: 'verify/suspicion-sent', path: '/verify/suspicion/sent/S-2026-000042' },
    {
      view: 'verify/embed',
      state: 'verified',
      verdict: 'verified',
      path: `/v/${valid}/embed`,
      dark: true,
    },
    { view: 'verify/embed', state: 'revoked', path: `/v/${revoked}/embed` },
    { view: 'staff/trust-list', path: '/staff/trust-list', as: await scene.staff('administrator') },
  ];
};
