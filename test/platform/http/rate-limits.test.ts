import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { DomainError } from '../../../src/platform/errors.ts';
import { createRateLimits, networkOf, type RateLimits } from '../../../src/platform/http/rate-limits.ts';
import { testDatabase } from '../test-database.ts';
import { tinyApp } from './support.ts';

const own = { name: 'own', points: 3, seconds: 60, shared: false };
const shared = { name: 'shared', points: 3, seconds: 60, shared: true };

const fine: RequestHandler = (_request, response) => void response.json('fine');

describe('Rate limits', () => {
  const database = testDatabase();
  let limits: RateLimits;

  beforeEach(async () => {
    limits = createRateLimits(database.connection(), 'standard');
    await limits.prepare();
  });
  afterEach(() => database.empty());

  const tries = async (count: number, consume: () => Promise<unknown>): Promise<number> => {
    const outcomes = await Promise.allSettled(Array.from({ length: count }, consume));
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  };

  for (const limit of [own, shared]) {
    describe(`counted ${limit.shared ? 'over all processes' : 'in one process'}`, () => {
      it('let through what is allowed and not one more, even at once', async () => {
        expect(await tries(10, () => limits.consume(limit, 'zoe'))).to.equal(3);
      });

      it('count each key by itself, and each limit too', async () => {
        await tries(5, () => limits.consume(limit, 'zoe'));
        await limits.consume(limit, 'ana');
        await limits.consume({ ...limit, name: `${limit.name}-other` }, 'zoe');
      });

      it('say how many seconds to wait', async () => {
        await tries(3, () => limits.consume(limit, 'zoe'));
        const refusal = await limits.consume(limit, 'zoe').catch((error: unknown) => error);
        expect(refusal).to.be.instanceOf(DomainError).and.include({ kind: 'too-many' });
        const { retryAfterSeconds } = refusal as DomainError;
        expect(retryAfterSeconds).to.be.within(1, 60);
      });

      it('forget after a success', async () => {
        await tries(3, () => limits.consume(limit, 'zoe'));
        await limits.reset(limit, 'zoe');
        expect(await tries(5, () => limits.consume(limit, 'zoe'))).to.equal(3);
      });
    });
  }

  it('are shared by two processes where they should be', async () => {
    const other = createRateLimits(database.connection(), 'standard');
    const both = [limits, other];
    const passed = await Promise.all(both.map((one) => tries(5, () => one.consume(shared, 'zoe'))));
    expect(passed.reduce((sum, count) => sum + count, 0)).to.equal(3);
  });

  it('leave no counter behind when it has run out', async () => {
    await limits.consume(shared, 'zoe');
    expect(await limits.sweep(new Date())).to.equal(0);
    expect(await limits.sweep(new Date(Date.now() + 61_000))).to.equal(1);
  });

  it('answer 429 with Retry-After to the network that asks too often, and nobody else', async () => {
    const app = tinyApp([limits.perAddress(own), fine]);
    const ask = (ip: string) =>
      request(app).get('/en/x').set('Accept', 'application/json').set('X-Forwarded-For', ip);
    for (let count = 0; count < 3; count += 1) expect((await ask('192.0.2.1')).status).to.equal(200);
    const refused = await ask('192.0.2.1');
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers['retry-after'])).to.be.within(1, 60);
    expect(JSON.parse(refused.text).type).to.equal('/problems/too-many-requests');
    expect((await ask('192.0.2.2')).status).to.equal(200);
  });

  it('are not evaded by an invented first hop of X-Forwarded-For', async () => {
    const app = tinyApp([limits.perAddress(own), fine]);
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const answer = await request(app).get('/en/x').set('X-Forwarded-For', `10.0.0.${count}, 192.0.2.1`);
      statuses.push(answer.status);
    }
    expect(statuses).to.deep.equal([200, 200, 200, 429]);
  });

  for (const [ip, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8::2', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    [undefined, 'unknown'],
  ] as const) {
    it(`know ${ip ?? 'no address'} as ${network}`, () => {
      expect(networkOf(ip)).to.equal(network);
    });
  }
});
