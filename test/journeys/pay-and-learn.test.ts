import { expect } from 'chai';
import { expectStatus, type Reply } from '../support/client.ts';
import { buy } from '../support/walk.ts';
import { openWorld, paidCourse, type Someone, type World } from '../support/world.ts';

describe('a learner who pays and learns', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  before(async () => {
    world = await openWorld();
    learner = await world.learner();
  });
  after(() => world.close());

  const enrolment = () => world.modules.learning.enrolmentIn(learner.accountId, paidCourse);
  const receipt = async (): Promise<Reply> => {
    const purchases = expectStatus(await learner.client.get('/en/purchases')).page();
    return learner.client.get(purchases.link(/receipt\.pdf$/));
  };

  it('finds no way in without paying', async () => {
    const page = expectStatus(await learner.client.get(`/en/courses/${paidCourse}`)).page();
    const checkout = page.form(/\/checkout$/);
    const forced = { ...checkout, action: `/en/courses/${paidCourse}/enrol` };
    expect((await learner.client.send(forced)).status).to.be.within(400, 499);
    expect(await enrolment()).to.equal(undefined);
  });

  it('is let in by no refused payment', async () => {
    const refused = await buy(learner.client, paidCourse, { outcome: 'refusal' });
    expect(refused.page().forms.some(({ action }) => action.endsWith('/pay'))).to.equal(true);
    await world.settle();
    expect(await enrolment()).to.equal(undefined);
  });

  it('is let in once by a payment, with a receipt and a letter', async () => {
    await buy(learner.client, paidCourse);
    await world.settle();
    expect(await enrolment()).to.not.equal(undefined);
    const { headers, text } = expectStatus(await receipt());
    expect(text.slice(0, 5)).to.equal('%PDF-');
    expect(headers.get('content-disposition')).to.contain('R-2026-000001');
    const letters = world.lettersTo(learner).filter(({ attachments }) => attachments?.length === 1);
    expect(letters.map(({ attachments }) => attachments?.[0]?.filename)).to.deep.equal(['R-2026-000001.pdf']);
  });

  it('is not sold the same course again', async () => {
    const page = expectStatus(await learner.client.get(`/en/courses/${paidCourse}`)).page();
    expect(page.forms.some(({ action }) => action.endsWith('/checkout'))).to.equal(false);
  });

  it('shows nobody else the receipt', async () => {
    const purchases = expectStatus(await learner.client.get('/en/purchases')).page();
    const other = await world.learner();
    expect((await other.client.get(purchases.link(/receipt\.pdf$/))).status).to.equal(404);
    expect((await world.visitor().get(purchases.link(/receipt\.pdf$/))).page().title).to.equal('Sign in');
  });

  it('learns, passes and gets the certificate of the paid course', async () => {
    const { identifier } = await world.completed(learner, paidCourse);
    const report = await world.visitor().get(`/v/${identifier}`, { accept: 'application/json' });
    expect(report.json().verdict).to.equal('verified');
  });

  it('keeps what was earned when the money is given back; who has not finished loses the way in', async () => {
    const second = await world.learner();
    await buy(second.client, paidCourse);
    await world.settle();
    const billing = await world.staff('billing');
    for (const { accountId } of [learner, second]) await refund(billing, accountId);
    await world.settle();
    expect(await enrolment()).to.not.equal(undefined);
    expect(await world.modules.learning.enrolmentIn(second.accountId, paidCourse)).to.equal(undefined);
    const { length, broken } = await world.modules.billing.verifyReceipts();
    expect({ length, broken }).to.deep.equal({ length: 4, broken: undefined });
  });

  const refund = async ({ client }: Someone, accountId: string): Promise<void> => {
    const orders = await world.modules.billing.ordersOf(accountId);
    const paid = orders.find(({ state }) => state === 'paid');
    const page = expectStatus(await client.get(`/en/staff/orders/${paid?.id}`)).page();
    expectStatus(await client.send(page.form(/\/refund$/), { reason: 'goodwill', note: '' }));
  };
});
