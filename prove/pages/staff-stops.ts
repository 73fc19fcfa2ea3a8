import { setTimeout as delay } from 'node:timers/promises';
import { type Client, expectStatus } from '../../test/support/client.ts';
import { submit } from './act.ts';
import type { Certificates } from './certificate-stops.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

type Orders = Readonly<Record<'transfer' | 'refunded' | 'settled', string>>;

const idIn = (path: string): string => path.split('/').at(-1) ?? '';

/** The number of the account that belongs to the address, as staff find it. */
const accountOf = async (staff: Client, email: string): Promise<string> => {
  const search = expectStatus(await staff.get('/en/staff/accounts')).page();
  return idIn(expectStatus(await staff.send(search.form(/\/staff\/accounts$/), { query: email })).path);
};

/** Two messages to the operator; nobody fills the form in less than three seconds. */
const writeIn = async (scene: Scene): Promise<void> => {
  const client = scene.instance.client();
  const page = expectStatus(await client.get('/fr/contact')).page();
  await delay(3100);
  const message =
    'Bonjour,\n\nmon prénom est mal orthographié sur mon certificat : « Elodie » au lieu d’« Élodie ».\nComment le faire corriger ?\n\nBien cordialement';
  const sent = {
    name: 'Élodie Marchand',
    email: 'elodie.marchand@example.org',
    topic: 'certificate',
    message,
  };
  for (const topic of ['certificate', 'payment']) {
    expectStatus(await client.send(page.form(/\/contact$/), { ...sent, topic }));
  }
};

const answerOne = async (staff: Client): Promise<{ open: string; answered: string }> => {
  const list = expectStatus(await staff.get('/en/staff/support')).page();
  const [answered = '', open = ''] = list.links
    .map(({ href }) => href)
    .filter((href) => /\/staff\/support\/[^/?]+$/.test(href));
  const ticket = expectStatus(await staff.get(answered)).page();
  const note = 'Refund sent to the buyer, who was told by letter.';
  expectStatus(await staff.send(ticket.form(/\/staff\/support\//), { note, did: 'answered' }));
  return { open: open.replace(/^\/en/, ''), answered: answered.replace(/^\/en/, '') };
};

const refund = async (staff: Client, orderId: string): Promise<void> => {
  const order = expectStatus(await staff.get(`/en/staff/orders/${orderId}`)).page();
  const given = { reason: 'withdrawal', note: 'Asked for by letter of the same day.' };
  expectStatus(await staff.send(order.form(/\/refund$/), given));
};

const lock = async (staff: Client, accountId: string): Promise<void> => {
  const page = expectStatus(await staff.get(`/en/staff/accounts/${accountId}/lock`)).page();
  const [reason = ''] = page.root
    .querySelectorAll('select[name=reason] option')
    .map((option) => option.getAttribute('value') ?? '')
    .filter(Boolean);
  expectStatus(await staff.send(page.form(/\/lock$/), { reason }));
};

const accountDeskStops = async (scene: Scene, staff: Client, as: Stop['as']): Promise<Stop[]> => {
  const { certified } = scene.candidates;
  const other = await accountOf(staff, certified.email);
  const unconfirmed = await accountOf(staff, scene.unconfirmed.email);
  const locked = await accountOf(staff, (await scene.staff('support')).email);
  await lock(staff, locked);
  const { email } = await scene.staff('administrator');
  const base = '/staff/accounts';
  const failing = (view: string, path: string): Stop => ({
    view,
    state: 'errors',
    path,
    as,
    status: 422,
    doing: submit(path),
  });
  return [
    { view: 'account/staff-search', path: base, as },
    { ...failing('account/staff-search', base), doing: submit(base, { query: 'nobody@example.org' }) },
    { view: 'account/staff-account', path: `${base}/${other}`, as },
    { view: 'account/staff-account', state: 'unconfirmed', path: `${base}/${unconfirmed}`, as },
    { view: 'account/staff-account', state: 'locked', path: `${base}/${locked}`, as },
    { view: 'account/staff-account', state: 'own', path: `${base}/${await accountOf(staff, email)}`, as },
    { view: 'account/staff-roles', path: `${base}/${other}/roles`, as },
    failing('account/staff-roles', `${base}/${other}/roles`),
    { view: 'account/staff-lock', path: `${base}/${other}/lock`, as },
    failing('account/staff-lock', `${base}/${other}/lock`),
    { view: 'account/staff-lock', state: 'unlock', path: `${base}/${locked}/unlock`, as },
  ];
};

const orderDeskStops = (orders: Orders, as: Stop['as']): Stop[] => {
  const base = '/staff/orders';
  const transfer = `${base}/${idIn(orders.transfer)}`;
  const settled = `${base}/${idIn(orders.settled)}`;
  return [
    { view: 'checkout/staff-orders', path: base, as, dark: true },
    { view: 'checkout/staff-orders', state: 'nothing found', path: `${base}?q=nobody&state=refunded`, as },
    { view: 'checkout/staff-order', state: 'paid', path: settled, as },
    { view: 'checkout/staff-order', state: 'transfer', path: transfer, as },
    {
      view: 'checkout/staff-order',
      state: 'transfer, errors',
      path: transfer,
      as,
      status: 422,
      doing: submit('/transfer', { amount: 'twelve' }),
    },
    {
      view: 'checkout/staff-order',
      state: 'refund, errors',
      path: settled,
      as,
      status: 422,
      doing: submit('/refund'),
    },
    { view: 'checkout/staff-order', state: 'refunded', path: `${base}/${idIn(orders.refunded)}`, as },
  ];
};

const certificateDeskStops = ({ valid, revoked, erased }: Certificates, as: Stop['as']): Stop[] => {
  const base = '/staff/certificates';
  return [
    { view: 'staff/certificates', path: base, as },
    { view: 'staff/corrections', path: '/staff/corrections', as },
    { view: 'records/staff', path: '/staff/records', as },
    { view: 'sheet-templates/list', path: '/staff/templates', as },
    { view: 'sheet-templates/template', path: '/staff/templates/standard/1', as },
    {
      view: 'staff/certificates',
      state: 'errors',
      path: base,
      as,
      status: 422,
      doing: submit(base, { query: 'hello' }),
    },
    {
      view: 'staff/certificates',
      state: 'nothing found',
      path: base,
      as,
      doing: submit(base, { query: 'nobody@example.org' }),
    },
    { view: 'staff/certificate', path: `${base}/${valid}`, as },
    { view: 'staff/certificate', state: 'withdrawn', path: `${base}/${revoked}?done=withdrawn`, as },
    { view: 'staff/certificate', state: 'erased', path: `${base}/${erased}`, as },
    { view: 'staff/revoke', path: `${base}/${valid}/revoke`, as },
    {
      view: 'staff/revoke',
      state: 'errors',
      path: `${base}/${valid}/revoke`,
      as,
      status: 422,
      doing: submit('/revoke'),
    },
  ];
};

/** The desk of those who give time; an attempt is open since the pages of learning were looked at. */
const attemptDeskStops = async (scene: Scene, staff: Client, as: Stop['as']): Promise<Stop[]> => {
  const { sitting, waiting } = scene.candidates;
  const candidate = `/staff/attempts/candidates/${await accountOf(staff, sitting.email)}`;
  const page = expectStatus(await staff.get(`/en${candidate}`)).page();
  const grant = { percent: '133', extraMinutes: '0', extraAttempts: '1', reason: 'documented-need' };
  expectStatus(await staff.send(page.form(/\/accommodations$/), grant));
  return [
    { view: 'staff/attempts', path: '/staff/attempts', as },
    {
      view: 'staff/attempts',
      state: 'errors',
      path: '/staff/attempts',
      as,
      status: 422,
      doing: submit('/attempts/credit'),
    },
    { view: 'staff/attempt', path: `/staff/attempts/${waiting.attemptId}`, as },
    { view: 'staff/candidate', path: candidate, as },
    {
      view: 'staff/candidate',
      state: 'errors',
      path: candidate,
      as,
      status: 422,
      doing: submit('/accommodations'),
    },
  ];
};

/** Everything for staff, as the administrator has it; the first page also as others have it. */
export const staffStops = async (
  scene: Scene,
  orders: Orders,
  certificates: Certificates,
): Promise<Stop[]> => {
  const as = await scene.staff('administrator');
  const staff = await scene.clientOf(as);
  await refund(staff, idIn(orders.refunded));
  await writeIn(scene);
  const tickets = await answerOne(staff);
  return [
    { view: 'staff/home', path: '/staff', as },
    { view: 'staff/home', state: 'author', path: '/staff', as: await scene.staff('author') },
    ...(await accountDeskStops(scene, staff, as)),
    ...orderDeskStops(orders, as),
    ...certificateDeskStops(certificates, as),
    ...(await attemptDeskStops(scene, staff, as)),
    { view: 'staff/jobs', path: '/staff/jobs', as },
    { view: 'staff/audit', path: '/staff/audit', as },
    { view: 'staff/audit', state: 'whole', path: '/staff/audit?check=chain', as },
    {
      view: 'staff/audit',
      state: 'one certificate',
      path: `/staff/audit?target=certificate:${certificates.revoked}`,
      as,
    },
    { view: 'support/list', path: '/staff/support', as },
    { view: 'support/list', state: 'none', path: '/staff/support?state=closed', as },
    { view: 'support/ticket', path: tickets.open, as },
    {
      view: 'support/ticket',
      state: 'errors',
      path: tickets.open,
      as,
      status: 422,
      doing: submit(tickets.open),
    },
    { view: 'support/ticket', state: 'answered', path: tickets.answered, as },
    { view: 'privacy/staff', path: '/staff/privacy', as },
  ];
};
