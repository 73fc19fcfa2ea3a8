import { expect } from 'chai';
import { createIssueReceipt } from '../../src/billing/invoices/issue-receipt.ts';
import { hashOf, type Receipt, sellerOf, seriesOf } from '../../src/billing/invoices/receipt.ts';
import { createReceiptStore } from '../../src/billing/invoices/receipt-store.ts';
import { newOrder, pay } from '../../src/billing/order.ts';
import type { OrderStore } from '../../src/billing/order-store.ts';
import {
  type BillingWorld,
  billingWorld,
  buy,
  buyer,
  closeWorldDatabase,
  collection,
  openWorldDatabase,
  refusal,
  worldConnection,
} from './billing-world.ts';

describe('receipts', () => {
  let world: BillingWorld;
  before(openWorldDatabase);
  after(closeWorldDatabase);
  beforeEach(async () => {
    world = await billingWorld();
  });

  const issued = async (orderId: string): Promise<Receipt> => {
    const receipt = await world.billing.issueReceipt(orderId);
    if (!receipt) throw new Error('no receipt');
    return receipt;
  };
  const numbers = async (kind = 'receipt'): Promise<string[]> => {
    const found = await collection('receipts').find({ kind }).sort({ seq: 1 }).toArray();
    return found.map(({ _id }) => String(_id));
  };
  const series = (letter: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${letter}-2026-${String(n + 1).padStart(6, '0')}`);

  it('freeze what was sold, to whom, by whom, with its VAT', async () => {
    world = await billingWorld({ operator: { ...world.config.operator, vatId: 'FR40303265045' } });
    const order = await buy(world, 'zoe');
    const receipt = await issued(order.id);
    expect(receipt).to.deep.include({
      number: 'R-2026-000001',
      kind: 'receipt',
      orderId: order.id,
      language: 'fr',
      method: 'simulated',
      currency: 'EUR',
      buyer,
      vat: [{ rate: 20, netMinor: 4083, vatMinor: 817, grossMinor: 4900 }],
      totals: { netMinor: 4083, vatMinor: 817, grossMinor: 4900 },
      mentions: [],
      prevHash: '0'.repeat(64),
    });
    expect(receipt.seller.vatId).to.equal('FR40303265045');
    expect(receipt.seller.address).to.equal('1 rue de la Démonstration\n75000 Paris');
    await world.billing.publishPriceList({ products: [] });
    expect(await issued(order.id)).to.deep.equal(receipt);
  });

  it('carry the franchise mention and no VAT when the operator has no VAT number', async () => {
    const receipt = await issued((await buy(world, 'zoe')).id);
    expect(receipt.totals).to.deep.equal({ netMinor: 4900, vatMinor: 0, grossMinor: 4900 });
    expect(receipt.mentions.map(({ fr }) => fr)).to.deep.equal(['TVA non applicable, art. 293 B du CGI']);
  });

  it('are not issued before the money is there', async () => {
    const order = await world.billing.startCheckout({
      accountId: 'zoe',
      productIds: ['course:verifying-credentials'],
      language: 'fr',
    });
    expect(await world.billing.issueReceipt(order.id)).to.equal(undefined);
    expect(await world.billing.issueReceipt('no-such-order')).to.equal(undefined);
    expect(await refusal(world.billing.ownFile(order.id, 'zoe', 'receipt'))).to.equal('not-found');
  });

  describe('fifty at once', () => {
    const paidOrders = () =>
      Array.from({ length: 50 }, (_, n) => {
        const at = world.clock.now();
        const lines = [
          { productId: 'course:a', title: { en: 'A', fr: 'A' }, grossMinor: 100 + n, vatRate: 20 },
        ];
        const base = { id: `order-${n}`, accountId: 'zoe', language: 'en' as const, lines, currency: 'EUR' };
        const order = { ...newOrder({ ...base, createdAt: at }), buyer };
        const paid = {
          method: 'free' as const,
          reference: base.id,
          amountMinor: 100 + n,
          currency: 'EUR',
          at,
        };
        return pay(order, paid);
      });

    /** A process of its own on the same database: its own store, nothing shared in memory. */
    const issuer = () => {
      const orders = new Map(paidOrders().map((order) => [order.id, order]));
      return createIssueReceipt({
        orders: { byId: async (id: string) => orders.get(id) } as unknown as OrderStore,
        receipts: createReceiptStore(worldConnection()),
        seller: sellerOf(world.config.operator),
        clock: world.clock,
      });
    };

    it('get numbers without a gap, one per order, though each job runs three times', async () => {
      worldConnection().deleteModel('Receipt');
      const { issueReceipt } = issuer();
      const ids = paidOrders().map(({ id }) => id);
      const all = await Promise.all([...ids, ...ids, ...ids].map((id) => issueReceipt(id)));
      expect(await numbers()).to.deep.equal(series('R', 50));
      expect(new Set(all.map((receipt) => receipt?.orderId)).size).to.equal(50);
      expect(new Set(all.map((receipt) => receipt?.number)).size).to.equal(50);
      expect(await world.billing.verifyReceipts()).to.deep.equal({ length: 50 });
    });
  });

  it('burn no number when two jobs race for one order', async () => {
    const one = await buy(world, 'zoe');
    const two = await buy(world, 'ali');
    const both = await Promise.all(Array.from({ length: 10 }, () => issued(one.id)));
    expect(new Set(both.map(({ number }) => number)).size).to.equal(1);
    expect((await issued(two.id)).number).to.equal('R-2026-000002');
  });

  it('chain each document to the one before, so that no later change goes unnoticed', async () => {
    for (const name of ['zoe', 'ali', 'eve']) await issued((await buy(world, name)).id);
    expect(await world.billing.verifyReceipts()).to.deep.equal({ length: 3 });
    const receipts = collection('receipts');
    const second = await receipts.findOne({ seq: 2 });
    await receipts.updateOne({ seq: 2 }, { $set: { 'totals.grossMinor': 1 } });
    expect(await world.billing.verifyReceipts()).to.deep.equal({ length: 1, broken: 'R-2026-000002' });

    const { _id, ...rest } = second as unknown as Omit<Receipt, 'number'> & { _id: string };
    const forged = { ...rest, number: _id, totals: { ...rest.totals, grossMinor: 1 } };
    await receipts.updateOne({ seq: 2 }, { $set: { hash: hashOf(forged) } });
    expect((await world.billing.verifyReceipts()).broken).to.equal('R-2026-000003');

    await receipts.deleteOne({ seq: 2 });
    expect((await world.billing.verifyReceipts()).broken).to.equal('R-2026-000003');
  });

  it('never run backwards in time, whatever the clock says', async () => {
    const first = await issued((await buy(world, 'zoe')).id);
    world.clock.advance(-3600);
    const second = await issued((await buy(world, 'ali')).id);
    expect(second.issuedAt >= first.issuedAt).to.equal(true);
  });

  it('begin a new series with the year of Paris', async () => {
    expect(seriesOf('receipt', new Date('2026-12-31T22:59:59Z'))).to.equal('R-2026');
    expect(seriesOf('receipt', new Date('2026-12-31T23:00:00Z'))).to.equal('R-2027');
    await issued((await buy(world, 'zoe')).id);
    world.clock.advance(60 * 24 * 3600);
    expect((await issued((await buy(world, 'ali')).id)).number).to.equal('R-2027-000001');
    expect(await world.billing.verifyReceipts()).to.deep.equal({ length: 2 });
  });

  it('are corrected by a credit note in a series of its own', async () => {
    const order = await buy(world, 'zoe');
    expect(await world.billing.issueCreditNote(order.id)).to.equal(undefined);
    const receipt = await issued(order.id);
    await world.billing.refund({
      orderId: order.id,
      by: 'clerk',
      reason: 'withdrawal',
      note: 'asked by letter',
    });
    const notes = await Promise.all([
      world.billing.issueCreditNote(order.id),
      world.billing.issueCreditNote(order.id),
    ]);
    expect(notes.map((note) => note?.number)).to.deep.equal(['A-2026-000001', 'A-2026-000001']);
    expect(notes[0]).to.deep.include({
      kind: 'credit-note',
      totals: receipt.totals,
      buyer: receipt.buyer,
      corrects: { number: receipt.number, issuedAt: receipt.issuedAt },
    });
    expect(await issued(order.id)).to.deep.equal(receipt);
    expect(await world.billing.verifyReceipts()).to.deep.equal({ length: 2 });
  });

  it('issue the receipt before the credit note that cites it', async () => {
    const order = await buy(world, 'zoe');
    await world.billing.refund({ orderId: order.id, by: 'clerk', reason: 'withdrawal' });
    await world.billing.issueCreditNote(order.id);
    expect(await numbers('receipt')).to.deep.equal(series('R', 1));
    expect(await numbers('credit-note')).to.deep.equal(series('A', 1));
  });

  it('are drawn once, and are the same bytes at every download', async () => {
    const order = await buy(world, 'zoe');
    const files = await Promise.all([
      world.billing.ownFile(order.id, 'zoe', 'receipt'),
      world.billing.receiptFile(order.id),
      world.billing.ownFile(order.id, 'zoe', 'receipt'),
    ]);
    files.push(await (await billingWorld({}, true)).billing.receiptFile(order.id));
    expect(new Set(files.map(({ pdf }) => Buffer.from(pdf).toString())).size).to.equal(1);
    expect(files[0]?.filename).to.equal('R-2026-000001.pdf');
  });
});
