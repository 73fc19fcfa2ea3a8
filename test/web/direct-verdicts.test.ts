import { expect } from 'chai';
import type { Reply } from '../support/client.ts';
import { openWorld, type World } from '../support/world.ts';

type Verdict = { verdict: string; checkedAt: string; checks: { name: string; reason: string }[] };

describe('the verdict on a certificate for programs', function () {
  this.timeout(120_000);
  let world: World;
  let identifier: string;
  before(async () => {
    world = await openWorld();
    ({ identifier } = await world.completed(await world.learner()));
  });
  after(() => world.close());

  const ask = (path = `/v/${identifier}`, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(path, world.visitor().baseUrl), { headers: { accept: 'application/json', ...headers } });
  const verdict = async (...asked: Parameters<typeof ask>) => (await (await ask(...asked)).json()) as Verdict;

  it('is the same by every road, and forbids caches to keep it', async () => {
    const direct = await ask();
    const slow = await ask(`/en/v/${identifier.toLowerCase()}`);
    expect(direct.status).to.equal(200);
    expect(await direct.json()).to.deep.equal(await slow.json());
    for (const { headers } of [direct, slow]) {
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(headers.get('content-type')).to.equal('application/json; charset=utf-8');
      expect(headers.get('cross-origin-resource-policy')).to.equal('same-origin');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('vary')).to.contain('Accept');
      expect(headers.get('ratelimit-policy')).to.contain('"verify"');
      expect(headers.get('set-cookie')).to.equal(null);
    }
    expect((await ask(undefined, { accept: 'text/html' })).headers.get('content-type')).to.contain(
      'text/html',
    );
  });

  it('says when the checks were made, and makes them anew for whoever asks for that, or after a minute', async () => {
    const { checkedAt } = await verdict();
    world.clock.advance({ minutes: 0.5 });
    expect((await verdict()).checkedAt).to.equal(checkedAt);
    const anew = await verdict(undefined, { 'cache-control': 'no-cache' });
    expect(anew.checkedAt).to.equal(world.clock.now().toISOString());
    expect((await verdict()).checkedAt).to.equal(anew.checkedAt);
    world.clock.advance({ minutes: 1 });
    expect((await verdict()).checkedAt).to.equal(world.clock.now().toISOString());
  });

  it('counts each request once, whichever road it takes', async () => {
    const left = ({ headers }: Response) => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    const first = left(await ask());
    expect(left(await ask())).to.equal(first - 1);
    const unknown = await ask(`/v/${'1'.repeat(28)}`);
    expect(unknown.status).to.equal(404);
    expect(left(unknown)).to.equal(first - 2);
    expect(left(await ask())).to.equal(first - 3);
  });

  it('does not outlive the list it was made from: a list that has ended is no good news', async () => {
    expect((await verdict()).verdict).to.equal('verified');
    world.clock.advance({ days: 8 });
    const late = await verdict();
    expect(late.verdict).to.equal('could_not_check');
    expect(late.checks.find(({ name }) => name === 'status')?.reason).to.equal('list-stale');
    await world.modules.issuer.refreshStatusLists();
    expect((await verdict()).verdict).to.equal('verified');
  });

  it('does not outlive a revocation, not by one answer', async () => {
    expect((await verdict()).verdict).to.equal('verified');
    await world.modules.issuer.revoke({ identifier, by: 'examiner-1', reason: 'fraud' });
    expect((await verdict()).verdict).to.equal('not_valid');
    const page: Reply = await world.visitor().get(`/en/v/${identifier}`);
    expect(page.status).to.equal(200);
    await world.settle();
  });

  it('is refused as a problem to who asks too often', async () => {
    const strict = await openWorld({ RATE_LIMITS: 'standard' });
    try {
      const path = `/v/${'1'.repeat(28)}`;
      const asked = () =>
        fetch(new URL(path, strict.visitor().baseUrl), { headers: { accept: 'application/json' } });
      const statuses: number[] = [];
      for (let i = 0; i < 120; i += 1) statuses.push((await asked()).status);
      expect(new Set(statuses)).to.deep.equal(new Set([404]));
      const refused = await asked();
      expect(refused.status).to.equal(429);
      expect(refused.headers.get('content-type')).to.contain('application/problem+json');
      expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
    } finally {
      await strict.close();
    }
  });
});
