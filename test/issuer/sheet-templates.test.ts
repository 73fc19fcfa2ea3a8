import { expect } from 'chai';
import { expectStatus } from '../support/client.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

describe('Certificate templates', function () {
  this.timeout(120_000);
  let world: World;
  let examiner: Someone;
  before(async () => {
    world = await openWorld();
    examiner = await world.staff('examiner');
  });
  after(() => world.close());

  const courseId = 'protecting-personal-data';
  const formAt = async (path: string, action: RegExp) =>
    expectStatus(await examiner.client.get(`/en${path}`))
      .page()
      .form(action);
  const values = { label: 'Blue', colour: 'blue', heading: 'certification', mark: 'rosette' };
  const signed = { signatory: 'Dr Ada Byron', titleEn: 'Dean', titleFr: 'Doyenne' };

  it('have versions; a course is given one, and certificates keep the one they were issued with', async () => {
    const before = await world.completed(await world.learner());
    const add = await formAt('/staff/templates', /\/staff\/templates$/);
    expectStatus(await examiner.client.send(add, { ...values, signatory: 'Dr Ada Byron' }), 422);
    expectStatus(await examiner.client.send(add, { ...values, colour: '#fff;background:url(x)' }), 422);
    const first = expectStatus(await examiner.client.send(add, { ...values, ...signed }));
    expect(first.path).to.match(/\/staff\/templates\/[\w-]+\/1$/);
    const second = expectStatus(await examiner.client.send(add, { ...values, ...signed, colour: 'green' }));
    expect(second.path).to.equal(first.path.replace(/1$/, '2'));
    const use = first.page().form(/\/staff\/templates\/[\w-]+\/1$/);
    expectStatus(await examiner.client.send(use, { courseId: 'none' }), 404);
    expectStatus(await examiner.client.send(use, { courseId }));
    const after = await world.completed(await world.learner());
    const { certificate } = world.modules.issuer;
    expect((await certificate(before.identifier))?.sheet).to.deep.include({
      template: 'standard',
      version: 1,
    });
    const { sheet } = (await certificate(after.identifier)) ?? {};
    expect(sheet).to.deep.include({ version: 1 });
    expect(sheet?.design).to.deep.include({ colour: 'blue', heading: 'certification' });
    expect(sheet?.design.signatory?.name).to.equal('Dr Ada Byron');
  });

  it('are looked at with extreme data, drawn as certificates are, by staff alone', async () => {
    const page = expectStatus(await examiner.client.get('/fr/staff/templates/standard/1')).text;
    const pictures = [...page.matchAll(/\/fr\/staff\/templates\/standard\/1\/[\w-]+\.(?:en|fr)\.png/g)];
    expect(pictures).to.have.length(18);
    const longest = '/en/staff/templates/standard/1/longest.fr.png';
    const one = expectStatus(await examiner.client.get(longest));
    expect(one.bytes.subarray(1, 4).toString()).to.equal('PNG');
    const again = expectStatus(await examiner.client.get(longest));
    expect(again.bytes.equals(one.bytes)).to.equal(true);
    expect((await examiner.client.get('/en/staff/templates/standard/1/none.fr.png')).status).to.equal(404);
    expect((await examiner.client.get('/en/staff/templates/standard/2')).status).to.equal(404);
    const learner = await world.learner();
    expect((await learner.client.get(longest)).status).to.equal(404);
  });
});
