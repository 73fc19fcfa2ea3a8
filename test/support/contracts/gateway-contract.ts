import { expect } from 'chai';
import type { Gateway, PaymentRequest, ReturnUrls } from '../../../src/billing/gateways/gateway.ts';

/** The provider's side of a gateway, played by the test. */
export type ProviderUnderTest = {
  gateway: Gateway;
  /** What the buyer, the bank and time do to a payment. */
  pay(reference: string): Promise<void> | void;
  refuse(reference: string): Promise<void> | void;
  expire(reference: string): Promise<void> | void;
  delay(reference: string): Promise<void> | void;
  /** What the provider has given back for the payment, in all. */
  givenBack(reference: string): Promise<number> | number;
};

const urls: ReturnUrls = {
  paid: 'https://certificates.example/fr/checkout/o1/return',
  canceled: 'https://certificates.example/fr/checkout/o1',
};

const request = (changes: Partial<PaymentRequest> = {}): PaymentRequest => ({
  orderId: 'o1',
  attempt: 1,
  language: 'fr',
  currency: 'EUR',
  lines: [{ title: 'Vérifier & « prouver »', amountMinor: 4900 }],
  ...changes,
});

/** What `record-payment.ts` relies on, whichever provider stands behind the port. */
export const gatewayContract = (name: string, provider: () => ProviderUnderTest): void => {
  describe(`${name} as a gateway`, () => {
    const start = (changes?: Partial<PaymentRequest>) =>
      provider().gateway.startPayment(request(changes), urls);
    const state = (reference: string) => provider().gateway.presentState(reference);
    const refund = (reference: string, key: string, amountMinor = 4900) =>
      provider().gateway.refund({ orderId: 'o1', reference, amountMinor, currency: 'EUR' }, key);
    const refused = (promise: Promise<unknown>): Promise<boolean> =>
      promise.then(
        () => false,
        () => true,
      );

    it('leads to a page and names the payment', async () => {
      const { reference, url } = await start();
      expect(reference).to.match(/^[\w-]{10,}$/);
      expect(new URL(url).pathname).to.include(reference);
    });

    it('answers one attempt with one payment, and another attempt with another', async () => {
      const [one, same] = [await start(), await start()];
      const next = await start({ attempt: 2 });
      const other = await start({ orderId: 'o2' });
      expect(same).to.deep.equal(one);
      expect(new Set([one.reference, next.reference, other.reference]).size).to.equal(3);
    });

    it('tells order, amount and currency of a payment, and where it can be made', async () => {
      const { reference, url } = await start();
      const expected = { orderId: 'o1', state: 'open', amountMinor: 4900, currency: 'EUR', url };
      expect(await state(reference)).to.deep.equal(expected);
    });

    it('adds up the lines and keeps a currency without decimals', async () => {
      const lines = [
        { title: 'A', amountMinor: 5000 },
        { title: 'B', amountMinor: 1 },
      ];
      const { reference } = await start({ currency: 'XOF', lines });
      expect(await state(reference)).to.include({ amountMinor: 5001, currency: 'XOF' });
    });

    it('tells that a payment was made', async () => {
      const { reference } = await start();
      await provider().pay(reference);
      const present = await state(reference);
      expect(present).to.include({ state: 'paid', orderId: 'o1', amountMinor: 4900, currency: 'EUR' });
      expect(present).not.to.have.property('url');
    });

    it('tells that a payment is on its way, and leads nobody to pay again', async () => {
      const { reference } = await start();
      await provider().delay(reference);
      const present = await state(reference);
      expect(present).to.include({ state: 'open' });
      expect(present).not.to.have.property('url');
    });

    it('tells that a payment was refused', async () => {
      const { reference } = await start();
      await provider().refuse(reference);
      expect(await state(reference)).to.include({ state: 'failed' });
    });

    it('tells that the time to pay is over', async () => {
      const { reference } = await start();
      await provider().expire(reference);
      const present = await state(reference);
      expect(present).to.include({ state: 'expired' });
      expect(present).not.to.have.property('url');
    });

    it('knows nothing of a reference that is not its own', async () => {
      expect(await state('cs_test_00000000000000000000')).to.equal(undefined);
    });

    it('gives back once, however often the same refund is asked for', async () => {
      const { reference } = await start();
      await provider().pay(reference);
      const answers = [await refund(reference, 'key'), await refund(reference, 'key')];
      expect(answers[0]?.reference).to.be.a('string').and.equal(answers[1]?.reference);
      expect(await provider().givenBack(reference)).to.equal(4900);
    });

    it('gives back no second time when the key was forgotten', async () => {
      const { reference } = await start();
      await provider().pay(reference);
      const first = await refund(reference, 'key');
      expect(await refund(reference, 'another key')).to.deep.equal(first);
      expect(await provider().givenBack(reference)).to.equal(4900);
    });

    it('gives nothing back for what was never paid', async () => {
      const { reference } = await start();
      expect(await refused(refund(reference, 'key'))).to.equal(true);
      expect(await refused(refund('cs_test_00000000000000000000', 'key'))).to.equal(true);
    });
  });
};
