import { expect } from 'chai';
import type { Express, Request, RequestHandler } from 'express';
import request from 'supertest';
import type { AccountSummary } from '../../src/accounts/index.ts';
import { DomainError, notFound } from '../../src/platform/errors.ts';
import { createCheckoutPages } from '../../src/web/pages/checkout.ts';
import { pageApp } from '../support/pages.ts';
import {
  type BillingWorld,
  billingWorld,
  buy,
  closeWorldDatabase,
  collection,
  openWorldDatabase,
  paidCourse,
  type Setting,
} from './billing-world.ts';

const person = (id: string, roles: AccountSummary['roles']): AccountSummary => ({
  id,
  roles,
  state: 'active',
  givenName: id === 'zoe' ? 'Zoé' : id,
  familyName: 'Šťastná',
  email: `${id}@example.org`,
  country: 'FR',
  language: 'fr',
  registeredAt: new Date(0),
  confirmedAt: new Date(0),
});
const people = new Map([
  ['zoe', person('zoe', ['learner'])],
  ['ali', person('ali', ['learner'])],
  ['clerk', person('clerk', ['billing'])],
]);

/** Who asks is named in a header: the guards of accounts have tests of their own. */
const viewerOf = (incoming: Request): AccountSummary | undefined =>
  people.get(incoming.get('x-account') ?? '');
const accountOf = (incoming: Request): AccountSummary => {
  const account = viewerOf(incoming);
  if (!account) throw new DomainError('unauthenticated', 'not-signed-in');
  return account;
};
const requireSignIn: RequestHandler = (incoming, _response, next) => {
  accountOf(incoming);
  next();
};
const requireBilling: RequestHandler = (incoming, _response, next) =>
  next(accountOf(incoming).roles.includes('billing') ? undefined : notFound());

const form = { name: 'Zoé Šťastná', country: 'FR', company: '', address: '', method: 'card', terms: 'yes' };

describe('checkout pages', () => {
  let world: BillingWorld;
  let app: Express;
  before(openWorldDatabase);
  after(closeWorldDatabase);

  const open = async (setting: Setting = {}, production = false): Promise<void> => {
    world = await billingWorld(setting);
    app = pageApp({
      routes: (render) => [
        createCheckoutPages({
          render,
          billing: world.billing,
          operator: world.config.operator,
          production,
          requireSignIn,
          requireBilling,
          accountOf,
        }),
      ],
    });
  };
  beforeEach(() => open());

  const get = (path: string, who = 'zoe', language = 'fr') =>
    request(app).get(`/${language}${path}`).set('x-account', who).set('accept', 'text/html');
  const post = (path: string, body: object, who = 'zoe') =>
    request(app).post(`/fr${path}`).set('x-account', who).set('accept', 'text/html').type('form').send(body);
  const begin = async (who = 'zoe'): Promise<string> => {
    const { headers } = await post('/checkout', { courseId: 'verifying-credentials' }, who);
    return String(headers.location).replace('/fr/checkout/', '');
  };
  const pathOf = (location: unknown): string =>
    new URL(String(location), 'https://x.example').pathname.slice(3);

  it('lead from the course to a paid order and its receipt', async () => {
    const id = await begin();
    const summary = await get(`/checkout/${id}`);
    expect(summary.status).to.equal(200);
    expect(summary.text).to.include('Vérifier les attestations numériques').and.include('49,00');
    expect(summary.text).to.include('value="Zoé Šťastná"');
    const paying = await post(`/checkout/${id}/pay`, form);
    expect(paying.status).to.equal(303);
    const provider = pathOf(paying.headers.location);
    expect((await get(provider)).text).to.include('Aucun argent ne circule');
    const back = await post(provider, { outcome: 'success' });
    expect(pathOf(back.headers.location)).to.equal(`/checkout/${id}/return`);
    expect((await get(`/checkout/${id}/return`)).text).to.include('votre commande est payée');
    const list = await get('/purchases');
    expect(list.text).to.include(`/fr/purchases/${id}/receipt.pdf`);
    const receipt = await get(`/purchases/${id}/receipt.pdf`);
    expect(receipt.headers['content-type']).to.equal('application/pdf');
    expect(receipt.headers['content-disposition']).to.equal('attachment; filename="R-2026-000001.pdf"');
  });

  it('show every page in English too', async () => {
    const id = await begin();
    expect((await get(`/checkout/${id}`, 'zoe', 'en')).text).to.include('Order and pay €49.00');
    for (const path of ['/terms-of-sale', '/purchases', `/checkout/${id}`]) {
      const { status, text } = await get(path, 'zoe', 'en');
      expect(status, path).to.equal(200);
      expect(text, path).not.to.match(/checkout:|\{\{/);
    }
  });

  it('take no price, amount, state or product from a form', async () => {
    const id = await begin();
    for (const extra of [{ grossMinor: '1' }, { amount: '1' }, { currency: 'XOF' }, { 'paid[at]': 'now' }]) {
      expect((await post(`/checkout/${id}/pay`, { ...form, ...extra })).status).to.equal(422);
    }
    expect((await post('/checkout', { courseId: 'verifying-credentials', price: '1' })).status).to.equal(404);
    expect((await post('/checkout', { courseId: 'no-such-course' })).status).to.equal(404);
    expect((await post('/checkout', { productId: { $gt: '' } })).status).to.equal(404);
    expect((await world.billing.orderForStaff(id)).totalMinor).to.equal(4900);
  });

  it('keep what was typed and name each fault', async () => {
    const id = await begin();
    const typed = { name: 'Zoé <b>', country: 'ZZ', company: 'Atelier', address: '', method: 'cash' };
    const { status, text } = await post(`/checkout/${id}/pay`, typed);
    expect(status).to.equal(422);
    for (const field of ['name', 'country', 'method', 'terms'])
      expect(text).to.include(`id="error-${field}"`);
    expect(text).to.include('value="Atelier"').and.include('Zoé &lt;b&gt;');
    expect(await collection('simulated_payments').countDocuments()).to.equal(0);
  });

  it('say that a payment was refused and let the buyer try again', async () => {
    const id = await begin();
    const provider = pathOf((await post(`/checkout/${id}/pay`, form)).headers.location);
    const back = await post(provider, { outcome: 'refusal' });
    const page = await get(pathOf(back.headers.location));
    expect(page.text).to.include('Le paiement a été refusé').and.include('Commander et payer');
  });

  it('say that a delayed payment is being confirmed', async () => {
    const id = await begin();
    const provider = pathOf((await post(`/checkout/${id}/pay`, form)).headers.location);
    await post(provider, { outcome: 'delay' });
    expect((await get(`/checkout/${id}/return`)).text).to.include('en cours de confirmation');
  });

  it('do not believe what the return address says', async () => {
    const id = await begin();
    await post(`/checkout/${id}/pay`, form);
    const page = await get(`/checkout/${id}/return?state=paid&session_id=cs_paid`);
    expect(page.text).not.to.include('est payée');
    expect((await world.billing.orderForStaff(id)).state).to.equal('pending_payment');
  });

  it('give the bank details with the reference', async () => {
    const id = await begin();
    await post(`/checkout/${id}/pay`, { ...form, method: 'transfer' });
    const { text } = await get(`/checkout/${id}`);
    expect(text)
      .to.match(/JC-[0-9A-Z]{4}-[0-9A-Z]{4}/)
      .and.include('FR76 3000 6000');
    expect((await get(`/checkout/${id}?method=other`)).text).to.include('Commander et payer');
  });

  it('show another person’s order to nobody', async () => {
    const order = await buy(world, 'zoe');
    const id = await begin('ali');
    const provider = pathOf((await post(`/checkout/${id}/pay`, form, 'ali')).headers.location);
    for (const path of [
      `/checkout/${id}`,
      `/checkout/${id}/return`,
      provider,
      `/staff/orders`,
      `/staff/orders/${order.id}`,
      `/staff/orders/${order.id}/receipt.pdf`,
    ]) {
      expect((await get(path)).status, path).to.equal(404);
    }
    expect((await get(`/purchases/${order.id}/receipt.pdf`, 'ali')).status).to.equal(404);
    expect((await post(`/checkout/${id}/pay`, form)).status).to.equal(404);
    expect((await post(provider, { outcome: 'success' })).status).to.equal(404);
    expect(
      (await post(`/staff/orders/${order.id}/refund`, { reason: 'goodwill', note: '' })).status,
    ).to.equal(404);
    expect((await world.billing.orderForStaff(order.id)).state).to.equal('paid');
  });

  it('need a signed-in person', async () => {
    for (const path of ['/purchases', '/checkout/x', '/checkout/simulated/x', '/staff/orders']) {
      expect((await get(path, 'nobody')).status, path).to.equal(401);
    }
    expect((await get('/terms-of-sale', 'nobody')).status).to.equal(200);
  });

  it('have no simulated page in production, whatever is configured', async () => {
    const id = await begin();
    const provider = pathOf((await post(`/checkout/${id}/pay`, form)).headers.location);
    const { billing } = world;
    await open({ production: true, payments: { kind: 'none' } }, true);
    expect((await get(provider)).status).to.equal(404);
    expect((await post(provider, { outcome: 'success' })).status).to.equal(404);
    const forced = pageApp({
      routes: (render) => [
        createCheckoutPages({
          render,
          billing,
          operator: world.config.operator,
          production: true,
          requireSignIn,
          requireBilling,
          accountOf,
        }),
      ],
    });
    expect((await request(forced).get(`/fr${provider}`).set('x-account', 'zoe')).status).to.equal(404);
  });

  describe('for staff', () => {
    const awaiting = async (): Promise<string> => {
      const id = await begin();
      await post(`/checkout/${id}/pay`, { ...form, method: 'transfer' });
      return id;
    };

    it('find an order by its reference and confirm the transfer for exactly the price', async () => {
      const id = await awaiting();
      const { reference } = (await world.billing.transferInstructions(id)) ?? {};
      const found = await get(`/staff/orders?q=${reference?.toLowerCase()}`, 'clerk');
      expect(found.text).to.include(`/fr/staff/orders/${id}`);
      expect((await get('/staff/orders?q=JC-0000-0000&state=paid', 'clerk')).text).to.include(
        'Aucune commande',
      );
      const path = `/staff/orders/${id}`;
      expect((await get(path, 'clerk')).text).to.include('Confirmer le virement');
      for (const amount of ['48,99', 'beaucoup', '', '-49']) {
        const { status, text } = await post(`${path}/transfer`, { amount }, 'clerk');
        expect(status, amount).to.equal(422);
        expect(text).to.include('id="error-amount"');
      }
      expect((await post(`${path}/transfer`, { amount: '49,00' }, 'clerk')).status).to.equal(303);
      expect((await post(`${path}/transfer`, { amount: '49,00' }, 'clerk')).status).to.equal(409);
      const paid = await world.billing.orderForStaff(id);
      expect(paid.state === 'paid' && paid.paid.by).to.equal('clerk');
    });

    it('refund with a reason, once, with a credit note', async () => {
      const order = await buy(world, 'zoe');
      await world.billing.issueReceipt(order.id);
      const path = `/staff/orders/${order.id}`;
      expect((await get(path, 'clerk')).text).to.include('R-2026-000001');
      expect((await post(`${path}/refund`, { reason: '', note: '' }, 'clerk')).status).to.equal(422);
      expect(
        (await post(`${path}/refund`, { reason: 'goodwill', note: '', amount: '1' }, 'clerk')).status,
      ).to.equal(422);
      for (let press = 0; press < 2; press += 1) {
        expect((await post(`${path}/refund`, { reason: 'goodwill', note: 'x' }, 'clerk')).status).to.equal(
          303,
        );
      }
      expect((await get(`${path}/credit-note.pdf`, 'clerk')).status).to.equal(200);
      expect((await get(`/purchases/${order.id}/credit-note.pdf`)).headers['content-disposition']).to.include(
        'A-2026-000001',
      );
      expect((await get(path, 'clerk')).text).to.include('Remboursée');
    });

    it('see what needs a look, and survive whatever stands in the address', async () => {
      const order = await buy(world, 'zoe');
      await collection('orders').updateOne(
        { _id: order.id as never },
        {
          $push: {
            anomalies: {
              code: 'paid-twice',
              reference: 'sim_x',
              at: new Date(),
              amountMinor: 4900,
              currency: 'EUR',
            },
          } as never,
        },
      );
      expect((await get('/staff/orders?state=flagged', 'clerk')).text).to.include(order.id);
      expect((await get(`/staff/orders/${order.id}`, 'clerk')).text).to.include('Payée deux fois');
      for (const query of [
        '?state=nonsense&before=yesterday',
        '?q[$ne]=1',
        '?q=.*',
        `?q=${'%00'}`,
        `?q=${'('.repeat(99)}`,
      ]) {
        expect((await get(`/staff/orders${query}`, 'clerk')).status, query).to.equal(200);
      }
      expect((await get('/staff/orders/no-such-order', 'clerk')).status).to.equal(404);
    });
  });

  it('sell nothing twice: the course that is open is named, not charged', async () => {
    await buy(world, 'zoe');
    const { status } = await post('/checkout', { productId: paidCourse });
    expect(status).to.equal(409);
  });
});
