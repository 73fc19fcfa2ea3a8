import { expect } from 'chai';
import {
  type BillingWorld,
  billingWorld,
  buy,
  buyer,
  closeWorldDatabase,
  collection,
  openWorldDatabase,
  paidCourse,
  prices,
  refusal,
} from './billing-world.ts';

describe('checkout', () => {
  let world: BillingWorld;
  before(openWorldDatabase);
  after(closeWorldDatabase);
  beforeEach(async () => {
    world = await billingWorld();
  });

  const start = (accountId = 'zoe', productIds = [paidCourse]) =>
    world.billing.startCheckout({ accountId, productIds, language: 'fr' });
  const pay = (orderId: string, method: 'card' | 'transfer' = 'card', accountId = 'zoe') =>
    world.billing.pay({ orderId, accountId, method, buyer, language: 'fr' });
  const referenceOf = async (orderId: string): Promise<string> => {
    const step = await pay(orderId);
    if (step.kind !== 'redirect') throw new Error(`expected a redirect, not ${step.kind}`);
    return step.url.split('/').at(-1) ?? '';
  };
  const choose = (reference: string, outcome: 'success' | 'refusal' | 'delay') =>
    world.billing.simulatedDesk?.choose(reference, outcome);
  const told = (name: string) => world.events.filter((event) => event.name === name);

  it('opens a course once by one payment, and tells it once', async () => {
    const order = await buy(world, 'zoe');
    expect(order.state).to.equal('paid');
    expect(told('OrderPaid').map(({ payload }) => payload)).to.deep.equal([
      {
        orderId: order.id,
        accountId: 'zoe',
        productIds: [paidCourse],
        courseIds: ['verifying-credentials'],
        method: 'simulated',
      },
    ]);
  });

  it('makes one order of a double click and of twenty tabs', async () => {
    const orders = await Promise.all(Array.from({ length: 20 }, () => start()));
    expect(new Set(orders.map(({ id }) => id)).size).to.equal(1);
    expect(await collection('orders').countDocuments()).to.equal(1);
    const first = orders[0]?.id ?? '';
    const steps = await Promise.all(Array.from({ length: 10 }, () => pay(first)));
    expect(new Set(steps.map((step) => (step.kind === 'redirect' ? step.url : step.kind))).size).to.equal(1);
    expect(await collection('simulated_payments').countDocuments()).to.equal(1);
  });

  it('gives two people an order each', async () => {
    const [one, two] = [await start('zoe'), await start('ali')];
    expect(one.id).not.to.equal(two.id);
  });

  it('sells only what the price list names', async () => {
    expect(await refusal(start('zoe', ['course:no-such']))).to.equal('not-found');
    expect(await refusal(start('zoe', []))).to.equal('not-found');
    expect(
      await refusal(
        start(
          'zoe',
          Array.from({ length: 5000 }, (_, n) => `course:c${n}`),
        ),
      ),
    ).to.equal('not-found');
  });

  it('counts a product named twice once', async () => {
    const order = await start('zoe', [paidCourse, paidCourse]);
    expect(order.totalMinor).to.equal(4900);
  });

  it('asks for a new confirmation when the price changed after it was shown', async () => {
    const shown = await start();
    const [first] = prices.products;
    await world.billing.publishPriceList({ products: [{ ...first, grossMinor: 5900 }] });
    const step = await pay(shown.id);
    expect(step.kind).to.equal('price-changed');
    const renewed = step.kind === 'price-changed' ? await world.billing.orderForStaff(step.orderId) : shown;
    expect(renewed.totalMinor).to.equal(5900);
    expect((await world.billing.orderForStaff(shown.id)).state).to.equal('canceled');
    expect(await collection('simulated_payments').countDocuments()).to.equal(0);
  });

  it('keeps a refused order payable, with a new payment at the gateway', async () => {
    const { id } = await start();
    const refused = await referenceOf(id);
    await choose(refused, 'refusal');
    await world.settle();
    expect((await world.billing.orderForStaff(id)).state).to.equal('payment_failed');
    const second = await referenceOf(id);
    expect(second).not.to.equal(refused);
    await choose(second, 'success');
    await world.settle();
    expect((await world.billing.orderForStaff(id)).state).to.equal('paid');
  });

  it('says that a delayed payment is being confirmed, and pays when it comes', async () => {
    const { id } = await start();
    await choose(await referenceOf(id), 'delay');
    await world.settle();
    expect((await world.billing.handleReturn(id, 'zoe')).stage).to.equal('confirming');
    expect((await pay(id)).kind).to.equal('confirming');
    world.clock.advance(30);
    await world.settle();
    expect((await world.billing.orderForStaff(id)).state).to.equal('paid');
  });

  it('does not believe that somebody has paid because they opened the return page', async () => {
    const { id } = await start();
    await referenceOf(id);
    const { order, stage } = await world.billing.handleReturn(id, 'zoe');
    expect(stage).to.equal('payable');
    expect(order.state).to.equal('pending_payment');
    expect(told('OrderPaid')).to.have.length(0);
  });

  it('pays once when the return page and the notification race', async () => {
    const { id } = await start();
    const reference = await referenceOf(id);
    await choose(reference, 'success');
    await Promise.all([
      ...Array.from({ length: 10 }, () => world.billing.handleReturn(id, 'zoe')),
      ...Array.from({ length: 10 }, () => world.billing.recordPayment(reference)),
      world.settle(),
    ]);
    await world.settle();
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('settles a free order without any gateway', async () => {
    const order = await start('zoe', ['course:gratis']);
    expect((await pay(order.id)).kind).to.equal('settled');
    await world.settle();
    expect((await world.billing.orderForStaff(order.id)).state).to.equal('paid');
    expect(await collection('simulated_payments').countDocuments()).to.equal(0);
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('does not sell the same course twice to one person', async () => {
    await buy(world, 'zoe');
    expect(await refusal(start())).to.equal('already-bought');
  });

  it('hides another person’s order in every way of asking for it', async () => {
    const { id } = await start('zoe');
    expect(await refusal(world.billing.orderOf(id, 'ali'))).to.equal('not-found');
    expect(await refusal(pay(id, 'card', 'ali'))).to.equal('not-found');
    expect(await refusal(world.billing.handleReturn(id, 'ali'))).to.equal('not-found');
    expect(await refusal(world.billing.ownFile(id, 'ali', 'receipt'))).to.equal('not-found');
  });

  it('lets a late payment pay an order that had expired', async () => {
    const { id } = await start();
    const reference = await referenceOf(id);
    await collection('orders').updateOne(
      { _id: id as never },
      { $set: { state: 'expired', closedAt: new Date(), revision: 99 }, $unset: { openKey: 1 } },
    );
    await choose(reference, 'success');
    await world.settle();
    const order = await world.billing.orderForStaff(id);
    expect(order.state).to.equal('paid');
    expect(order).not.to.have.property('closedAt');
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('does not take another amount for the price, and calls staff', async () => {
    const { id } = await start();
    const reference = await referenceOf(id);
    await choose(reference, 'success');
    await collection('simulated_payments').updateOne(
      { _id: reference as never },
      { $set: { amountMinor: 100 } },
    );
    await world.settle();
    const { order, stage } = await world.billing.handleReturn(id, 'zoe');
    expect(stage).to.equal('review');
    expect(order.state).to.equal('pending_payment');
    expect(order.anomalies.map(({ code }) => code)).to.deep.equal(['amount-differs']);
    expect((await world.billing.searchOrders({ flagged: true, limit: 10 })).map((o) => o.id)).to.deep.equal([
      id,
    ]);
    expect(world.warnings.filter(({ code }) => code === 'amount-differs')).to.have.length(1);
    expect(told('OrderPaid')).to.have.length(0);
  });

  it('does not take another currency for the price', async () => {
    const { id } = await start();
    const reference = await referenceOf(id);
    await choose(reference, 'success');
    await collection('simulated_payments').updateOne(
      { _id: reference as never },
      { $set: { currency: 'XOF' } },
    );
    await world.settle();
    expect((await world.billing.orderForStaff(id)).state).to.equal('pending_payment');
  });

  it('flags a second payment for an order that is paid', async () => {
    const order = await buy(world, 'zoe');
    const first = order.state === 'paid' ? order.paid.reference : '';
    const found = await collection('simulated_payments').findOne({ _id: first as never });
    await collection('simulated_payments').insertOne({ ...found, _id: 'sim_second', key: 'other' } as never);
    await world.billing.recordPayment('sim_second');
    const flagged = await world.billing.orderForStaff(order.id);
    expect(flagged.state).to.equal('paid');
    expect(flagged.anomalies.map(({ code }) => code)).to.deep.equal(['paid-twice']);
    await world.settle();
    expect(told('OrderPaid')).to.have.length(1);
  });

  it('finds by the hourly look a payment that nobody was told of, and expires what nobody pays', async () => {
    const paid = await start('zoe');
    const reference = await referenceOf(paid.id);
    await collection('simulated_payments').updateOne(
      { _id: reference as never },
      { $set: { state: 'paid' } },
    );
    const idle = await start('ali');
    const look = world.billing.jobKinds.find(({ name }) => name === 'settle-open-orders');
    world.clock.advance(3600);
    await look?.run({});
    expect((await world.billing.orderForStaff(paid.id)).state).to.equal('paid');
    expect((await world.billing.orderForStaff(idle.id)).state).to.equal('pending_payment');
    world.clock.advance(8 * 24 * 3600);
    await look?.run({});
    expect((await world.billing.orderForStaff(idle.id)).state).to.equal('expired');
    expect((await start('ali')).id).not.to.equal(idle.id);
  });

  describe('by bank transfer', () => {
    it('gives a reference, asks for the letter with instructions once, and waits', async () => {
      const { id } = await start();
      expect(
        (await Promise.all([pay(id, 'transfer'), pay(id, 'transfer')])).map(({ kind }) => kind),
      ).to.deep.equal(['transfer', 'transfer']);
      await world.settle();
      expect(told('TransferAwaited').map(({ payload }) => payload)).to.deep.equal([
        { orderId: id, accountId: 'zoe' },
      ]);
      const instructions = await world.billing.transferInstructions(id);
      expect(instructions?.reference).to.match(/^JC-[2-9A-HJ-NP-TV-Z]{4}-[2-9A-HJ-NP-TV-Z]{4}$/);
      expect(instructions?.amountMinor).to.equal(4900);
      expect(told('OrderPaid')).to.have.length(0);
    });

    const confirm = (orderId: string, amountMinor = 4900, currency = 'EUR') =>
      world.billing.confirmTransfer({ orderId, by: 'clerk', amountMinor, currency });

    it('is confirmed by staff for exactly the price, and only once', async () => {
      const { id } = await start();
      await pay(id, 'transfer');
      expect(await refusal(confirm(id, 4899))).to.equal('invalid-input');
      expect(await refusal(confirm(id, 4900, 'USD'))).to.equal('invalid-input');
      const outcomes = await Promise.all([refusal(confirm(id)), refusal(confirm(id)), refusal(confirm(id))]);
      expect(outcomes.sort()).to.deep.equal(['not refused', 'transfer-not-awaited', 'transfer-not-awaited']);
      await world.settle();
      expect(told('OrderPaid').map(({ payload }) => (payload as { by: string }).by)).to.deep.equal(['clerk']);
    });

    it('is not confirmed for an order that was to be paid by card', async () => {
      const { id } = await start();
      expect(await refusal(confirm(id))).to.equal('transfer-not-awaited');
    });

    it('still pays an order that expired before the bank was fast enough', async () => {
      const { id } = await start();
      await pay(id, 'transfer');
      world.clock.advance(31 * 24 * 3600);
      await world.billing.jobKinds.find(({ name }) => name === 'settle-open-orders')?.run({});
      expect((await world.billing.orderForStaff(id)).state).to.equal('expired');
      await confirm(id);
      expect((await world.billing.orderForStaff(id)).state).to.equal('paid');
    });

    it('may be chosen after the card was refused, and the card after that', async () => {
      const { id } = await start();
      await choose(await referenceOf(id), 'refusal');
      await world.settle();
      expect((await pay(id, 'transfer')).kind).to.equal('transfer');
      await choose(await referenceOf(id), 'success');
      await world.settle();
      expect((await world.billing.orderForStaff(id)).state).to.equal('paid');
      expect(await refusal(confirm(id))).to.equal('transfer-not-awaited');
    });
  });

  describe('refunds', () => {
    const refund = (orderId: string) => world.billing.refund({ orderId, by: 'clerk', reason: 'goodwill' });

    it('give the whole price back once, however often the button is pressed', async () => {
      const order = await buy(world, 'zoe');
      const done = await Promise.all([refund(order.id), refund(order.id), refund(order.id)]);
      expect(done.map(({ state }) => state)).to.deep.equal(['refunded', 'refunded', 'refunded']);
      await refund(order.id);
      await world.settle();
      expect(told('OrderRefunded').map(({ payload }) => payload)).to.deep.equal([
        {
          orderId: order.id,
          accountId: 'zoe',
          productIds: [paidCourse],
          courseIds: ['verifying-credentials'],
          by: 'clerk',
          reason: 'goodwill',
        },
      ]);
    });

    it('are refused for what was never paid', async () => {
      const { id } = await start();
      expect(await refusal(refund(id))).to.equal('order-not-paid');
      expect(await refusal(refund('no-such-order'))).to.equal('not-found');
    });

    it('are carried on by the hourly look when they were cut off', async () => {
      const order = await buy(world, 'zoe');
      const request = {
        by: 'clerk',
        reason: 'mistake',
        amountMinor: 4900,
        currency: 'EUR',
        requestedAt: world.clock.now(),
      };
      await collection('orders').updateOne(
        { _id: order.id as never },
        { $set: { refund: request }, $inc: { revision: 1 } },
      );
      world.clock.advance(3600);
      await world.billing.jobKinds.find(({ name }) => name === 'settle-open-orders')?.run({});
      expect((await world.billing.orderForStaff(order.id)).state).to.equal('refunded');
    });

    it('let the person buy again', async () => {
      const order = await buy(world, 'zoe');
      await refund(order.id);
      expect((await start()).id).not.to.equal(order.id);
    });
  });

  it('does not build simulated payments in production', async () => {
    expect(await refusal(billingWorld({ production: true }))).to.match(/refused in production/);
    const safe = await billingWorld({ production: true, payments: { kind: 'none' } });
    expect(safe.billing.simulatedDesk).to.equal(undefined);
    expect(safe.billing.paymentMethods).to.deep.equal(['transfer']);
  });
});
