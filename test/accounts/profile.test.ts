import { expect } from 'chai';
import { accountsWorld, useAccountsDatabase, zoe } from './accounts-world.ts';

const profile = { givenName: 'Zoé', familyName: 'Nováková', country: 'FR', language: 'en' };

describe('One’s own account', () => {
  useAccountsDatabase();

  const signedIn = async () => {
    const world = await accountsWorld();
    const id = await world.open();
    const visitor = world.visitor();
    await visitor.signIn();
    return { world, id, visitor };
  };

  it('is shown to nobody who is not signed in', async () => {
    const world = await accountsWorld();
    for (const path of ['/account', '/account/profile', '/account/password']) {
      const answer = await world.visitor().get(`/fr${path}`);
      expect(answer.headers.location).to.equal(`/fr/sign-in?next=${encodeURIComponent(path)}`);
    }
  });

  it('is kept by no cache', async () => {
    const { visitor } = await signedIn();
    expect((await visitor.get('/en/account')).headers['cache-control']).to.equal('no-store');
  });

  it('changes name, country and language, and goes on in the new language', async () => {
    const { world, id, visitor } = await signedIn();
    const answer = await visitor.post('/fr/account/profile', profile);
    expect(answer.headers.location).to.equal('/en/account?notice=profile');
    expect(await world.accounts.accountById(id)).to.include(profile);
    expect(await world.accounts.nameOf(id)).to.equal('Zoé Nováková');
    expect((await visitor.get('/en/account?notice=profile')).text).to.include('Your details are saved');
  });

  it('shows what is wrong and what was typed, and changes nothing', async () => {
    const { world, id, visitor } = await signedIn();
    const answer = await visitor.post('/en/account/profile', {
      ...profile,
      familyName: 'evil.example',
      country: 'XX',
    });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('id="error-familyName"').and.include('id="error-country"');
    expect(answer.text).to.include('value="evil.example"');
    expect(await world.accounts.nameOf(id)).to.equal('Zoé Šťastná');
  });

  for (const extra of [
    { email: 'other@mail.example' },
    { roles: 'administrator' },
    { id: 'x' },
    { state: 'active' },
  ]) {
    it(`takes no ${Object.keys(extra).join()} from the form`, async () => {
      const { world, id, visitor } = await signedIn();
      const answer = await visitor.post('/en/account/profile', { ...profile, ...extra });
      expect(answer.status).to.equal(422);
      const account = await world.accounts.accountById(id);
      expect(account).to.include({ email: zoe.email, state: 'active', familyName: zoe.familyName });
      expect(account?.roles).to.deep.equal(['learner']);
    });
  }

  it('tells only notices that it knows', async () => {
    const { visitor } = await signedIn();
    const plain = await visitor.get('/en/account');
    const invented = await visitor.get('/en/account?notice=constructor');
    expect(invented.status).to.equal(200);
    expect(invented.text.includes('class="notice')).to.equal(plain.text.includes('class="notice'));
  });
});
