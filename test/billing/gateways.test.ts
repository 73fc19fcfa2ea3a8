import { expect } from 'chai';
import { createSimulatedGateway } from '../../src/billing/gateways/simulated-gateway.ts';
import { createSimulatedPayments } from '../../src/billing/gateways/simulated-payment-store.ts';
import { createStripeGateway } from '../../src/billing/gateways/stripe-gateway.ts';
import type { JobRequest } from '../../src/platform/jobs/job.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { gatewayContract, type ProviderUnderTest } from '../support/contracts/gateway-contract.ts';
import { type StripeStandIn, startStripeStandIn } from '../support/stripe-stand-in/stripe-stand-in.ts';
import {
  closeWorldDatabase,
  collection,
  openWorldDatabase,
  refusal,
  worldConnection,
} from './billing-world.ts';

const secretKey = 'sk_test_of_the_stand_in';
const stripeSettings = (apiBase: string, key = secretKey) => ({
  kind: 'stripe' as const,
  secretKey: key,
  webhookSecrets: ['whsec_one'],
  apiBase,
});

describe('payment gateways', () => {
  describe('simulated', () => {
    let provider: ProviderUnderTest;
    let enqueued: JobRequest[];
    before(openWorldDatabase);
    after(closeWorldDatabase);
    beforeEach(async () => {
      const connection = worldConnection();
      for (const name of Object.keys(connection.models)) connection.deleteModel(name);
      const payments = createSimulatedPayments(connection);
      await connection.models.SimulatedPayment?.createIndexes();
      await collection('simulated_payments').deleteMany({});
      enqueued = [];
      const clock = { now: () => new Date('2026-11-23T14:00:00Z') };
      const { gateway, desk } = createSimulatedGateway({
        payments,
        enqueue: async (requests) => {
          enqueued.push(...requests);
        },
        baseUrl: 'https://certificates.example',
        clock,
        random: systemRandom,
      });
      const play = (outcome: 'success' | 'refusal' | 'delay') => async (reference: string) => {
        await desk.choose(reference, outcome);
      };
      provider = {
        gateway,
        pay: play('success'),
        refuse: play('refusal'),
        delay: play('delay'),
        expire: async (reference) => {
          const createdAt = new Date('2026-11-22T13:59:59Z');
          await collection('simulated_payments').updateOne(
            { _id: reference as never },
            { $set: { createdAt } },
          );
        },
        givenBack: async (reference) => {
          const found = await collection('simulated_payments').findOne({ _id: reference as never });
          return found?.refundKey === 'key' ? Number(found.amountMinor) : 0;
        },
      };
    });

    gatewayContract('the simulated provider', () => provider);

    it('notifies once of each payment, and lets no second choice undo the first', async () => {
      const request = { orderId: 'o1', attempt: 1, language: 'en' as const, currency: 'EUR', lines: [] };
      const { reference } = await provider.gateway.startPayment(request, { paid: 'p', canceled: 'c' });
      await provider.refuse(reference);
      await provider.pay(reference);
      expect((await provider.gateway.presentState(reference))?.state).to.equal('failed');
      expect(new Set(enqueued.map(({ key }) => key)).size).to.equal(1);
    });
  });

  describe('Stripe', () => {
    let standIn: StripeStandIn;
    let provider: ProviderUnderTest;
    beforeEach(async () => {
      standIn = await startStripeStandIn({ secretKey, now: () => new Date('2026-11-23T14:00:00Z') });
      const { account } = standIn;
      provider = {
        gateway: createStripeGateway(stripeSettings(standIn.apiBase)),
        pay: account.pay,
        delay: account.payLater,
        refuse: (reference) => {
          account.payLater(reference);
          account.arrive(reference, false);
        },
        expire: account.expire,
        givenBack: () => account.refunds.reduce((sum, { amount }) => sum + amount, 0),
      };
    });
    afterEach(() => standIn.close());

    gatewayContract('Stripe', () => provider);

    describe('beyond the contract', () => {
      const urls = {
        paid: 'https://certificates.example/fr/r',
        canceled: 'https://certificates.example/fr/c',
      };
      const request = {
        orderId: 'o1',
        attempt: 1,
        language: 'fr' as const,
        currency: 'EUR',
        lines: [{ title: 'Cours', amountMinor: 4900 }],
      };

      afterEach(() => expect(standIn.faults).to.deep.equal([]));

      it('says what Stripe needs to show, and sends nothing of the buyer', async () => {
        const { reference } = await provider.gateway.startPayment(request, urls);
        expect(standIn.account.sessions.get(reference)).to.deep.include({
          mode: 'payment',
          client_reference_id: 'o1',
          metadata: { orderId: 'o1' },
          currency: 'eur',
          amount_total: 4900,
          locale: 'fr',
        });
      });

      it('makes one payment when the first answer is lost on the way', async () => {
        standIn.mishaps.push('drop-connection');
        await provider.gateway.startPayment(request, urls);
        expect(standIn.account.sessions.size).to.equal(1);
        expect(standIn.requests).to.have.length(2);
      });

      it('tries again when Stripe is unavailable for a moment', async () => {
        standIn.mishaps.push('unavailable');
        await provider.gateway.startPayment(request, urls);
        expect(standIn.account.sessions.size).to.equal(1);
      });

      it('gives back once when the answer to a refund is lost on the way', async () => {
        const { reference } = await provider.gateway.startPayment(request, urls);
        standIn.account.pay(reference);
        const refund = { orderId: 'o1', reference, amountMinor: 4900, currency: 'EUR' };
        standIn.mishaps.push('drop-connection');
        await provider.gateway.refund(refund, 'key');
        expect(standIn.account.refunds).to.have.length(1);
        expect(standIn.requests.filter((line) => line === 'POST /v1/refunds')).to.have.length(2);
      });

      it('says that payments are unavailable when Stripe stays silent', async () => {
        standIn.mishaps.push('unavailable', 'unavailable', 'unavailable');
        expect(await refusal(provider.gateway.startPayment(request, urls))).to.equal('payments-unavailable');
      });

      it('does not mistake a refused key for an outage', async () => {
        const gateway = createStripeGateway(stripeSettings(standIn.apiBase, 'sk_test_other'));
        const code = await refusal(gateway.startPayment(request, urls));
        expect(code).to.not.equal('payments-unavailable').and.not.equal('not refused');
      });
    });

    it('has a stand-in that refuses what it does not know', async () => {
      const post = (path: string, body: string, key = 'k') =>
        fetch(`${standIn.apiBase}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secretKey}`, 'stripe-version': 'x', 'idempotency-key': key },
          body,
        });
      expect((await post('/v1/charges', '')).status).to.equal(404);
      expect((await post('/v1/refunds', 'card[number]=4242')).status).to.equal(400);
      expect((await post('/v1/refunds', 'payment_intent=pi_1', 'same')).status).to.equal(404);
      expect((await post('/v1/refunds', 'payment_intent=pi_2', 'same')).status).to.equal(400);
      expect(standIn.faults).to.have.length(3);
    });
  });
});
