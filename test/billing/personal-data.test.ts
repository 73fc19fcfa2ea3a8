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
} from './billing-world.ts';

describe('billing and personal data', () => {
  let world: BillingWorld;
  before(openWorldDatabase);
  after(closeWorldDatabase);
  beforeEach(async () => {
    world = await billingWorld();
  });

  const data = () => world.billing.personalData;
  const start = (accountId: string, productId = paidCourse) =>
    world.billing.startCheckout({ accountId, productIds: [productId], language: 'fr' });
  const everything = async (): Promise<string> => {
    const names = ['orders', 'webhook_events', 'simulated_payments', 'jobs'];
    return JSON.stringify(await Promise.all(names.map((name) => collection(name).find().toArray())));
  };

  it('describes every category in both languages', () => {
    for (const record of data().describe()) {
      for (const text of [record.category, record.purpose, record.keptFor, record.recipients]) {
        expect(text.en).to.be.a('string').with.length.greaterThan(5);
        expect(text.fr).to.be.a('string').with.length.greaterThan(5);
      }
    }
  });

  it('exports the person’s orders and documents, and nobody else’s', async () => {
    const order = await buy(world, 'zoe');
    await buy(world, 'ali');
    await world.billing.issueReceipt(order.id);
    const exported = await data().export('zoe');
    expect(exported.orders).to.have.length(1);
    expect(exported.receipts).to.have.length(1);
    const files = [];
    const exportFiles = data().exportFiles;
    if (exportFiles) for await (const file of exportFiles('zoe')) files.push(file.path);
    expect(files).to.deep.equal(['receipts/R-2026-000001.pdf']);
    await world.billing.refund({ orderId: order.id, by: 'staff-member', reason: 'goodwill' });
    expect(JSON.stringify(await data().export('zoe')))
      .to.include('goodwill')
      .and.not.include('staff-member');
    expect((await data().export('nobody')).orders).to.deep.equal([]);
  });

  it('erases the buyer from orders, and keeps the documents that the law wants, saying why and until when', async () => {
    const paid = await buy(world, 'zoe');
    const open = await start('zoe', 'course:gratis');
    await world.billing.pay({
      orderId: open.id,
      accountId: 'zoe',
      method: 'transfer',
      buyer,
      language: 'fr',
    });
    // Ids of accounts travel in events until the relay has passed them on.
    await world.settle();
    const plan = await data().planErasure('zoe');
    expect(await data().erase('zoe')).to.deep.equal(plan);
    expect(plan.map(({ outcome, records }) => `${outcome} ${records}`)).to.deep.equal([
      'anonymised 2',
      'retained 2',
    ]);
    const retained = plan[1];
    expect(retained?.outcome === 'retained' && retained.until.toISOString()).to.equal(
      '2036-12-31T23:00:00.000Z',
    );

    const left = await everything();
    for (const trace of ['zoe', 'Zoé', 'Lyon']) expect(left).not.to.include(trace);
    expect((await world.billing.receiptsOf([paid.id]))[0]?.buyer).to.deep.equal(buyer);
    expect(await data().planErasure('zoe')).to.deep.equal([]);
    expect(await data().erase('zoe')).to.deep.equal([]);
  });

  it('plans nothing for somebody who never ordered', async () => {
    expect(await data().planErasure('nobody')).to.deep.equal([]);
  });

  it('cancels an open order at erasure; money that comes later is flagged and opens nothing', async () => {
    const { id } = await start('zoe');
    const step = await world.billing.pay({
      orderId: id,
      accountId: 'zoe',
      method: 'card',
      buyer,
      language: 'fr',
    });
    await data().erase('zoe');
    expect((await world.billing.orderForStaff(id)).state).to.equal('canceled');
    const reference = step.kind === 'redirect' ? (step.url.split('/').at(-1) ?? '') : '';
    await world.billing.simulatedDesk?.choose(reference, 'success');
    await world.settle();
    const order = await world.billing.orderForStaff(id);
    expect(order.state).to.equal('paid');
    expect(order.anomalies.map(({ code }) => code)).to.deep.equal(['account-erased']);
    expect(world.events.filter(({ name }) => name === 'OrderPaid')).to.have.length(0);
    const refunded = await world.billing.refund({ orderId: id, by: 'clerk', reason: 'mistake' });
    expect(refunded.state).to.equal('refunded');
  });

  it('lets an erased buyer’s order be refunded, with its credit note', async () => {
    const { id } = await buy(world, 'zoe');
    await data().erase('zoe');
    await world.billing.refund({ orderId: id, by: 'clerk', reason: 'goodwill' });
    expect((await world.billing.issueCreditNote(id))?.buyer).to.deep.equal(buyer);
  });

  it('forgets unpaid orders after a year and documents after ten full years', async () => {
    await buy(world, 'zoe');
    const { id } = await start('ali');
    await data().erase('ali');
    const year = 365 * 24 * 3_600_000;
    const later = (years: number) => new Date(world.clock.now().getTime() + years * year);
    const paid = (await world.billing.searchOrders({ state: 'paid', limit: 1 }))[0];
    await world.billing.receiptFile(paid?.id ?? '');

    await data().expire(later(0.9));
    expect(await collection('orders').countDocuments({ _id: id as never })).to.equal(1);
    await data().expire(later(1.1));
    expect(await collection('orders').countDocuments({ _id: id as never })).to.equal(0);

    await data().expire(new Date('2036-12-31T12:00:00Z'));
    expect(await collection('receipts').countDocuments()).to.equal(1);
    await data().expire(new Date('2037-01-01T12:00:00Z'));
    for (const name of ['receipts', 'receipt_files', 'orders']) {
      expect(await collection(name).countDocuments(), name).to.equal(0);
    }
  });

  it('keeps a document of the first hour of a year in Paris as long as the others of its series', async () => {
    world.clock.advance((Date.parse('2026-12-31T23:30:00Z') - world.clock.now().getTime()) / 1000);
    const { id } = await buy(world, 'zoe');
    expect((await world.billing.issueReceipt(id))?.number).to.equal('R-2027-000001');
    await data().expire(new Date('2037-12-31T22:59:00Z'));
    expect(await collection('receipts').countDocuments()).to.equal(1);
    await data().expire(new Date('2037-12-31T23:01:00Z'));
    expect(await collection('receipts').countDocuments()).to.equal(0);
  });
});
