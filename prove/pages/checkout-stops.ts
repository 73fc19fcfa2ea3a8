import { expectStatus } from '../../test/support/client.ts';
import { buy } from '../../test/support/walk.ts';
import type { Candidate } from '../support/candidate.ts';
import { submit } from './act.ts';
import { minute, openOrder, paidCourse, type Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const orderPath = (path: string): string => /\/checkout\/[^/?]+/.exec(path)?.[0] ?? path;

/** The path of the newest order, as its buyer finds it among the purchases. */
const bought = async ({ clientOf }: Scene, buyer: Candidate, outcome: string): Promise<string> => {
  const reply = await buy(await clientOf(buyer), paidCourse, { outcome });
  return orderPath(reply.path);
};

const paysByTransfer = async ({ clientOf }: Scene, buyer: Candidate): Promise<string> => {
  const client = await clientOf(buyer);
  const path = await openOrder(client);
  const order = expectStatus(await client.get(`/en${path}`)).page();
  expectStatus(await client.send(order.form(/\/pay$/), { method: 'transfer', terms: 'yes' }));
  return path;
};

/** Leaves the order at the provider, whose page is then open. */
const atProvider = async ({ clientOf }: Scene, buyer: Candidate): Promise<string> => {
  const client = await clientOf(buyer);
  const order = expectStatus(await client.get(`/en${await openOrder(client)}`)).page();
  const provider = expectStatus(await client.send(order.form(/\/pay$/), { method: 'card', terms: 'yes' }));
  return provider.path.replace(/^\/en/, '');
};

/** A payment that takes its time: played three hours ahead of everything, so that it is still under way. */
const delayed = async (scene: Scene, buyer: Candidate): Promise<string> => {
  await scene.clientOf(buyer);
  await scene.instance.moveTime(180 * minute);
  const path = await bought(scene, buyer, 'delay');
  await scene.instance.moveTime(-180 * minute);
  return path;
};

/** Orders in every state, by their buyers. `refunded` is given back by staff, see `staff-stops.ts`. */
export const checkoutStops = async (scene: Scene) => {
  const { sitting, waiting, exhausted, certified, revoked, refused, unsigned } = scene.candidates;
  const learner = await scene.staff('learner');
  const orders = {
    pending: await openOrder(await scene.clientOf(waiting)),
    refused: await bought(scene, refused, 'refusal'),
    confirming: await delayed(scene, unsigned),
    transfer: await paysByTransfer(scene, certified),
    refunded: await bought(scene, revoked, 'success'),
    settled: orderPath((await buy(await scene.clientOf(learner), paidCourse)).path),
    provider: await atProvider(scene, exhausted),
  };
  const provider = { path: orders.provider, as: exhausted };
  const stops: Stop[] = [
    { view: 'checkout/pay', path: orders.pending, as: waiting, dark: true },
    {
      view: 'checkout/pay',
      state: 'errors',
      path: orders.pending,
      as: waiting,
      status: 422,
      doing: submit('/pay', { name: '', company: '', address: '' }),
    },
    { view: 'checkout/pay', state: 'refused', path: orders.refused, as: refused },
    { view: 'checkout/pay', state: 'other way', path: `${orders.transfer}?method=other`, as: certified },
    { view: 'checkout/simulated', ...provider },
    { view: 'checkout/confirming', path: orders.confirming, as: unsigned },
    { view: 'checkout/transfer', path: orders.transfer, as: certified },
    { view: 'checkout/settled', path: orders.settled, as: learner },
    { view: 'checkout/refunded', path: orders.refunded, as: revoked },
    { view: 'checkout/closed', path: scene.closedOrder, as: sitting },
    { view: 'checkout/purchases', state: 'empty', path: '/purchases', as: scene.newcomer },
    { view: 'checkout/purchases', state: 'paid', path: '/purchases', as: learner },
    { view: 'checkout/purchases', state: 'transfer', path: '/purchases', as: certified },
    { view: 'checkout/purchases', state: 'refunded', path: '/purchases', as: revoked },
    { view: 'checkout/purchases', state: 'closed', path: '/purchases', as: sitting },
  ];
  return { stops, orders };
};
