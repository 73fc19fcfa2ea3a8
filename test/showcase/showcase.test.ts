import { expect } from 'chai';
import { handleShape } from '../../src/showcase/index.ts';
import { expectStatus, type Reply } from '../support/client.ts';
import { eraseAccount } from '../support/walk.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

describe('What holders show', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let identifier: string;
  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    ({ identifier } = await world.completed(learner));
  });
  after(() => world.close());

  const look = (path: string): Promise<Reply> => world.visitor().get(path);
  const fill = async (who: Someone, action: RegExp, values: Record<string, string>): Promise<Reply> =>
    who.client.send(
      expectStatus(await who.client.get('/en/showcase'))
        .page()
        .form(action),
      values,
    );
  const save = (who: Someone, handle: string, more: Record<string, string> = { on: 'yes' }): Promise<Reply> =>
    fill(who, /\/showcase\/profile$/, { handle, ...more });
  const see = async (visibility: string): Promise<void> =>
    world.modules.issuer.lifetime.setVisibility({
      identifier,
      accountId: learner.accountId,
      visibility: visibility as 'listed',
    });

  it('under an address that is a word of its own', () => {
    const fits = (text: string): boolean => handleShape.safeParse(text).success;
    expect(['zoe', 'Zoe-Stastna', 'a1b'].every(fits)).to.equal(true);
    const wrong = [
      'ab',
      '-zoe',
      'zoe-',
      'zo--e',
      '1zoe',
      'zoé',
      'zoe/..',
      'admin',
      'jinfo-team',
      'x'.repeat(31),
      '',
    ];
    expect(wrong.some(fits)).to.equal(false);
  });

  it('is nothing until they choose, then what is listed, and only while it is', async () => {
    expect((await look('/en/p/zoe')).status).to.equal(404);
    expectStatus(await save(learner, 'admin'), 422);
    expectStatus(await save(learner, 'zoe', {}));
    expect((await look('/en/p/zoe')).status).to.equal(404);
    expectStatus(await save(learner, 'zoe'));
    const empty = expectStatus(await look('/en/p/zoe'));
    expect(empty.text).to.include('Šťastná').and.include('noindex').and.not.include(identifier);
    expect(empty.headers.get('set-cookie')).to.equal(null);
    await see('listed');
    expect((await look('/fr/p/ZOE')).text).to.include(identifier);
    expectStatus(await save(learner, 'zoe', { on: 'yes', indexable: 'yes' }));
    expect((await look('/en/p/zoe')).text).not.to.include('noindex');
    await see('link');
    expect((await look('/en/p/zoe')).text).not.to.include(identifier);
  });

  it('has one owner, who keeps a former address for a year', async () => {
    const other = await world.learner({ givenName: 'Ada', familyName: 'Lovelace' });
    expectStatus(await save(other, 'zoe'), 422);
    expectStatus(await save(learner, 'zoe-s'));
    expect((await look('/en/p/zoe')).status).to.equal(404);
    expectStatus(await save(other, 'zoe'), 422);
    const race = ['first', 'second'].map(() =>
      world.modules.showcase
        .saveProfile({ accountId: `racer-${Math.random()}`, handle: 'racing', on: false, indexable: false })
        .then(
          () => 'won',
          () => 'lost',
        ),
    );
    expect((await Promise.all(race)).sort()).to.deep.equal(['lost', 'won']);
    world.clock.advance({ days: 366 });
    const late = { accountId: other.accountId, handle: 'zoe', on: true, indexable: false };
    await world.modules.showcase.saveProfile(late);
    expect((await look('/en/p/zoe')).text).to.include('Lovelace');
    expect((await look('/en/p/zoe-s')).text).to.include('Šťastná');
  });

  it('in a collection is seen by whoever has its address, until it is ended', async () => {
    const fresh = await world.learner();
    const own = await world.completed(fresh);
    const gather = (values: Record<string, string>): Promise<Reply> =>
      fill(fresh, /\/showcase\/collections$/, values);
    expectStatus(await gather({ title: 'See https://evil.example', certificates: own.identifier }), 422);
    expectStatus(await gather({ title: 'Application', certificates: identifier }), 422);
    const page = expectStatus(await gather({ title: 'Application', certificates: own.identifier })).text;
    const path = /\/c\/([\w-]{20,})/.exec(page)?.[0] ?? '';
    const seen = expectStatus(await look(`/en${path}`)).text;
    expect(seen).to.include('Application').and.include(own.identifier).and.include('noindex');
    const choice = { identifier: own.identifier, accountId: fresh.accountId };
    await world.modules.issuer.lifetime.setVisibility({ ...choice, visibility: 'private' });
    expect((await look(`/en${path}`)).text).not.to.include(own.identifier);
    await world.modules.issuer.lifetime.setVisibility({ ...choice, visibility: 'link' });
    const id = path.split('/').at(-1) ?? '';
    const stranger = { accountId: learner.accountId, id };
    const refused = await world.modules.showcase.end(stranger).catch((error: { code: string }) => error.code);
    expect(refused).to.equal('not-found');
    expectStatus(await fill(fresh, /\/end$/, {}));
    expect((await look(`/en${path}`)).status).to.equal(410);
    expect((await look(`/en${path}x`)).status).to.equal(404);
    expectStatus(await save(fresh, 'fresh-one'));
    expectStatus(await eraseAccount(fresh.client, fresh.password));
    await world.settle();
    expect((await look('/en/p/fresh-one')).status).to.equal(404);
    expect((await look(`/en${path}`)).status).to.equal(404);
  });
});
