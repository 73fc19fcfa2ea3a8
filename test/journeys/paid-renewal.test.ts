import { expect } from 'chai';
import { expectStatus, type Reply } from '../support/client.ts';
import { signIn } from '../support/walk.ts';
import { freeCourse, openWorld, type Someone, type World } from '../support/world.ts';

const product = `renewal:${freeCourse}`;

describe('a renewal that has a price', function () {
  this.timeout(120_000);
  let world: World;
  let learner: Someone;
  let identifier: string;
  let enrolmentId: string;
  before(async () => {
    world = await openWorld();
    const { learning, billing } = world.modules;
    const course = (await learning.readCatalogue('content')).find(({ id }) => id === freeCourse);
    if (!course) throw new Error('no course');
    await learning.publishCourse({
      ...course,
      version: course.version + 1,
      validity: { months: 24, renewal: 'test', payment: 'paid', windowDays: 90 },
      contentHash: 'with a price',
    });
    const title = { en: 'Renewal: data protection', fr: 'Renouvellement : protection des données' };
    await billing.publishPriceList({
      products: [{ id: product, title, grossMinor: 1900, currency: 'EUR', vatRate: 20 }],
    });
    learner = await world.learner();
    ({ identifier, enrolmentId } = await world.completed(learner));
  });
  after(() => world.close());

  const page = async (): Promise<Reply> =>
    expectStatus(await learner.client.get(`/en/certificates/${identifier}`));
  const renewalOf = () => world.modules.learning.renewalOf({ accountId: learner.accountId, enrolmentId });
  const order = async (): Promise<Reply> =>
    learner.client.send(
      { ...(await page()).page().form(/\/visibility$/), action: '/en/checkout', values: await token() },
      { productId: product },
    );
  /** The secret of the session alone: what a form of one's own would carry. */
  const token = async () =>
    (await page())
      .page()
      .form(/\/visibility$/)
      .values.filter(([name]) => name === '_csrf');
  const pay = async (): Promise<void> => {
    const choosing = expectStatus(
      await learner.client.send((await page()).page().form(/\/checkout$/)),
    ).page();
    const provider = expectStatus(
      await learner.client.send(choosing.form(/\/pay$/), { method: 'card', terms: 'yes' }),
    );
    const form = provider.page().form(/\/checkout\/simulated\//);
    expectStatus(await learner.client.send(form, { outcome: 'success' }));
    await world.settle();
  };

  it('is announced, cannot be ordered too early, and never begins for nothing', async () => {
    const course = expectStatus(await world.visitor().get(`/en/courses/${freeCourse}`)).page();
    expect(course.text).to.include('Renewing it costs €19.00, taxes included.');
    expect((await order()).status, 'too early').to.equal(409);
    const stranger = await world.learner();
    const { billing, learning } = world.modules;
    const code = (asked: Promise<unknown>) => asked.then(String, (error: { code: string }) => error.code);
    const wish = { accountId: stranger.accountId, productIds: [product], language: 'en' as const };
    expect(await code(billing.startCheckout(wish)), 'nothing to renew').to.equal('not-renewable');
    world.clock.advance({ days: 660 });
    learner = { ...learner, client: world.visitor() };
    await signIn(learner.client, learner, 'en');
    expect(await code(learning.renew({ accountId: learner.accountId, enrolmentId }))).to.equal(
      'renewal-needs-payment',
    );
    expect((await page()).page().text).to.include('Renew for €19.00');
  });

  it('begins once by a paid order, however often its event is told', async () => {
    await pay();
    const begun = (await renewalOf())?.begun;
    expect(begun).to.be.a('string');
    expect((await page()).page().text).to.include('Go on with the renewal');
    expect((await order()).status, 'not sold twice').to.equal(409);
    const { learning, billing } = world.modules;
    const [paid] = await billing.ordersOf(learner.accountId);
    const told = { orderId: paid?.id ?? '', accountId: learner.accountId, courseIds: [freeCourse] };
    await Promise.all([learning.openPaidRenewals(told), learning.openPaidRenewals(told)]);
    expect((await renewalOf())?.begun).to.equal(begun);
    // Another order that was paid at the same moment is noted for staff, and begins nothing.
    await learning.openPaidRenewals({ ...told, orderId: 'at-the-same-moment' });
    expect((await renewalOf())?.begun).to.equal(begun);
    await learning.withdraw({ orderId: 'at-the-same-moment' });
  });

  it('is given back with a refund, can be ordered again, and ends in a certificate that goes on from the old one', async () => {
    const [paid] = await world.modules.billing.ordersOf(learner.accountId);
    const staff = await world.staff('billing');
    const desk = expectStatus(await staff.client.get(`/en/staff/orders/${paid?.id}`)).page();
    expectStatus(await staff.client.send(desk.form(/\/refund$/), { reason: 'goodwill', note: '' }));
    await world.settle();
    expect(await renewalOf()).to.deep.equal({ by: 'test', payment: 'paid' });
    await pay();
    const renewed = await world.completed(learner);
    expect(renewed.enrolmentId).to.equal((await renewalOf())?.begun);
    const file = await learner.client.get(`/en/certificates/${renewed.identifier}.json`);
    expect(expectStatus(file).json<{ validUntil: string }>().validUntil).to.equal('2030-11-23T22:59:59Z');
    expect((await page()).page().text).to.include('It has been renewed.');
  });

  it('that was refunded before its event came opens nothing that stays', async () => {
    const late = await world.learner();
    const earned = await world.completed(late);
    const { learning } = world.modules;
    await learning.withdraw({ orderId: 'refunded-first' });
    const told = { orderId: 'refunded-first', accountId: late.accountId, courseIds: [freeCourse] };
    await learning.openPaidRenewals(told);
    await world.settle();
    const view = await learning.renewalOf({ accountId: late.accountId, enrolmentId: earned.enrolmentId });
    expect(view).to.deep.equal({ by: 'test', payment: 'paid' });
  });
});
