import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { problemOf } from '../../src/platform/http/problem.ts';
import { createTranslations } from '../../src/platform/i18n.ts';
import type { StripeEvent } from '../support/stripe-stand-in/account.ts';
import { type StripeStandIn, startStripeStandIn } from '../support/stripe-stand-in/stripe-stand-in.ts';
import { sendWebhook } from '../support/stripe-stand-in/webhook-sender.ts';
import {
  type BillingWorld,
  billingWorld,
  buyer,
  closeWorldDatabase,
  collection,
  openWorldDatabase,
  paidCourse,
} from './billing-world.ts';

const secretKey = 'sk_test_of_the_stand_in';
const secrets = ['whsec_new', 'whsec_old'];
const words = createTranslations(new URL('../../src/locales/', import.meta.url)).words('en');

describe('Stripe webhook', () => {
  let world: BillingWorld;
  let standIn: StripeStandIn;
  let server: Server;
  let url: string;
  before(openWorldDatabase);
  after(closeWorldDatabase);

  beforeEach(async () => {
    standIn = await startStripeStandIn({ secretKey, now: () => world.clock.now() });
    const payments = {
      kind: 'stripe' as const,
      secretKey,
      webhookSecrets: secrets,
      apiBase: standIn.apiBase,
    };
    world = await billingWorld({ payments });
    const app = express();
    if (world.billing.webhook) app.use(world.billing.webhook);
    app.use(express.json());
    app.use(((error, _request, response, _next) => {
      response.status(problemOf(error, words, { instance: '/', requestId: '' }).status).json({});
    }) as express.ErrorRequestHandler);
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await standIn.close();
    expect(standIn.faults).to.deep.equal([]);
  });

  const seconds = (late = 0): number => Math.floor(world.clock.now().getTime() / 1000) + late;
  const send = (event: StripeEvent, options: Partial<Parameters<typeof sendWebhook>[2]> = {}) =>
    sendWebhook(url, event, { secret: 'whsec_new', timestamp: seconds(), ...options });
  const told = (name: string) => world.events.filter((event) => event.name === name);

  const begin = async (accountId = 'zoe') => {
    const order = await world.billing.startCheckout({ accountId, productIds: [paidCourse], language: 'fr' });
    const step = await world.billing.pay({
      orderId: order.id,
      accountId,
      method: 'card',
      buyer,
      language: 'fr',
    });
    if (step.kind !== 'redirect') throw new Error(step.kind);
    return { orderId: order.id, reference: step.url.split('/').at(-1) ?? '' };
  };
  const stateOf = async (orderId: string) => (await world.billing.orderForStaff(orderId)).state;
  const lastEvent = (): StripeEvent => {
    const event = standIn.account.events.at(-1);
    if (!event) throw new Error('nothing has happened');
    return event;
  };

  it('pays the order after the redirect and before it', async () => {
    const { orderId, reference } = await begin();
    standIn.account.pay(reference);
    expect((await send(lastEvent())).status).to.equal(200);
    await world.settle();
    expect(await stateOf(orderId)).to.equal('paid');
    expect((await world.billing.handleReturn(orderId, 'zoe')).stage).to.equal('settled');
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('takes an event once, delivered twenty times at once and again later', async () => {
    const { reference } = await begin();
    standIn.account.pay(reference);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(lastEvent())));
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
    await world.settle();
    world.clock.advance(3600);
    expect((await send(lastEvent())).status).to.equal(200);
    await world.settle();
    expect(await collection('webhook_events').countDocuments()).to.equal(1);
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('keeps of an event only what it is about', async () => {
    const { reference } = await begin();
    standIn.account.pay(reference);
    await send(lastEvent());
    const kept = await collection('webhook_events').findOne({});
    expect(Object.keys(kept ?? {}).sort()).to.deep.equal([
      '_id',
      'created',
      'objectId',
      'receivedAt',
      'type',
    ]);
    expect(kept).to.include({ objectId: reference, type: 'checkout.session.completed' });
  });

  it('accepts either of two active secrets, and no third', async () => {
    const { reference } = await begin();
    standIn.account.pay(reference);
    expect((await send(lastEvent(), { secret: 'whsec_old' })).status).to.equal(200);
    expect((await send(lastEvent(), { secret: 'whsec_gone' })).status).to.equal(400);
  });

  it('refuses what Stripe has not signed, or not now', async () => {
    const { orderId, reference } = await begin();
    standIn.account.pay(reference);
    const event = lastEvent();
    const forged: [string, Partial<Parameters<typeof sendWebhook>[2]>][] = [
      ['no signature', { header: '' }],
      ['an empty scheme', { header: `t=${seconds()}` }],
      ['an invented one', { header: `t=${seconds()},v1=${'0'.repeat(64)}` }],
      ['the weaker scheme', { header: `t=${seconds()},v0=${'0'.repeat(64)}` }],
      ['a time that is none', { header: `t=soon,v1=${'0'.repeat(64)}` }],
      ['a changed body', { tamper: (body) => body.replace('4900', '100') }],
      ['an added space', { tamper: (body) => `${body} ` }],
      ['too old', { timestamp: seconds(-301) }],
      ['signed in 1970', { timestamp: 0 }],
      ['from the future', { timestamp: seconds(301) }],
      ['not JSON', { tamper: () => '<xml/>' }],
    ];
    for (const [what, options] of forged) expect((await send(event, options)).status, what).to.equal(400);
    for (const edge of [-300, 300]) {
      expect((await send(event, { timestamp: seconds(edge) })).status, `${edge} s`).to.equal(200);
    }
    await world.settle();
    expect(await stateOf(orderId)).to.equal('paid');
    expect(await collection('webhook_events').countDocuments()).to.equal(1);
  });

  it('believes Stripe’s present state, not the event: a signed lie pays nothing', async () => {
    const { orderId, reference } = await begin();
    standIn.account.pay(reference);
    const event = lastEvent();
    const other = await begin('ali');
    event.data.object.id = other.reference;
    await send(event);
    await world.settle();
    expect(await stateOf(other.orderId)).to.equal('pending_payment');
    expect(await stateOf(orderId)).to.equal('pending_payment');
    expect(told('OrderPaid')).to.have.length(0);
  });

  it('follows a slow payment in whatever order its events come', async () => {
    const { orderId, reference } = await begin();
    standIn.account.payLater(reference);
    expect((await world.billing.handleReturn(orderId, 'zoe')).stage).to.equal('confirming');
    standIn.account.arrive(reference, true);
    for (const event of [...standIn.account.events].reverse()) {
      await send(event);
      await world.settle();
    }
    expect(await stateOf(orderId)).to.equal('paid');
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('leaves an order payable whose slow payment never arrived', async () => {
    const { orderId, reference } = await begin();
    standIn.account.payLater(reference);
    standIn.account.arrive(reference, false);
    for (const event of standIn.account.events) await send(event);
    await world.settle();
    expect(await stateOf(orderId)).to.equal('payment_failed');
    const again = await begin();
    expect(again.orderId).to.equal(orderId);
    expect(again.reference).not.to.equal(reference);
  });

  it('expires an order with its session, and still takes a payment that comes after all', async () => {
    const { orderId, reference } = await begin();
    standIn.account.expire(reference);
    await send(lastEvent());
    await world.settle();
    expect(await stateOf(orderId)).to.equal('expired');
    standIn.account.pay(reference);
    await send(lastEvent());
    await world.settle();
    expect(await stateOf(orderId)).to.equal('paid');
  });

  it('does not expire an order by a session that was replaced', async () => {
    const first = await begin();
    standIn.account.payLater(first.reference);
    standIn.account.arrive(first.reference, false);
    await begin();
    standIn.account.expire(first.reference);
    await send(lastEvent());
    await world.settle();
    expect(await stateOf(first.orderId)).to.equal('pending_payment');
  });

  it('ignores sessions of another shop on the same account, and other kinds of events', async () => {
    const { reference } = await begin();
    const session = standIn.account.sessions.get(reference);
    if (session) session.client_reference_id = null;
    standIn.account.pay(reference);
    await send(lastEvent());
    await send({ ...lastEvent(), id: 'evt_other', type: 'charge.dispute.created' });
    await world.settle();
    expect(told('OrderPaid')).to.have.length(0);
    const outcomes = await collection('webhook_events').find().toArray();
    expect(outcomes.map(({ outcome }) => outcome).sort()).to.deep.equal(['ignored', 'recorded']);
  });

  it('does not pay an order with the session of another', async () => {
    const { orderId, reference } = await begin();
    const session = standIn.account.sessions.get(reference);
    if (session) session.client_reference_id = 'no-such-order';
    standIn.account.pay(reference);
    await send(lastEvent());
    await world.settle();
    expect(await stateOf(orderId)).to.equal('pending_payment');
  });

  it('tries again while Stripe cannot be asked, and forgets nothing', async () => {
    const { orderId, reference } = await begin();
    standIn.account.pay(reference);
    standIn.silent = true;
    await send(lastEvent());
    await world.settle();
    expect(await stateOf(orderId)).to.equal('pending_payment');
    expect((await world.billing.handleReturn(orderId, 'zoe')).stage).to.equal('confirming');
    standIn.silent = false;
    world.clock.advance(60);
    await world.settle();
    expect(await stateOf(orderId)).to.equal('paid');
  });

  it('enqueues the job again when the first delivery was cut before it could', async () => {
    const { orderId, reference } = await begin();
    standIn.account.pay(reference);
    await send(lastEvent());
    await collection('jobs').deleteMany({});
    await send(lastEvent());
    await world.settle();
    expect(await stateOf(orderId)).to.equal('paid');
  });

  it('gives the money back through Stripe, once', async () => {
    const { orderId, reference } = await begin();
    standIn.account.pay(reference);
    await send(lastEvent());
    await world.settle();
    const refund = () => world.billing.refund({ orderId, by: 'clerk', reason: 'goodwill' });
    await Promise.all([refund(), refund()]);
    await refund();
    expect(standIn.account.refunds.map(({ amount }) => amount)).to.deep.equal([4900]);
    expect(await stateOf(orderId)).to.equal('refunded');
  });

  it('keeps nothing of a card anywhere', async () => {
    const { reference } = await begin();
    standIn.account.pay(reference);
    await send({
      ...lastEvent(),
      data: { object: { ...lastEvent().data.object, card: '4242424242424242' } as never },
    });
    await world.settle();
    for (const name of ['orders', 'webhook_events', 'jobs', 'receipts']) {
      expect(JSON.stringify(await collection(name).find().toArray()), name).not.to.match(
        /card|"4242"|42424242/,
      );
    }
  });
});
