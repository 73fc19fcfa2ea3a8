import { createCanvas } from '@napi-rs/canvas';
import { expect } from 'chai';
import { type DeskWorld, openDeskWorld } from './desk-world.ts';

describe('“This looks fake”', function () {
  this.timeout(120_000);
  let world: DeskWorld;
  before(async () => {
    world = await openDeskWorld(1, { RATE_LIMITS: 'standard' });
  });
  after(() => world.close());

  const picture = createCanvas(20, 20).toBuffer('image/png');
  const report = (fields: Record<string, string>, file?: Buffer) => {
    const sent = world.agent().post('/en/verify/suspicion').set('Accept', 'text/html');
    for (const [name, value] of Object.entries(fields)) sent.field(name, value);
    return file ? sent.attach('file', file, 'seen.png') : sent;
  };

  it('is offered on every verdict, and asks for nothing that says who asks', async () => {
    const [number = ''] = world.numbers;
    const paths = [`/en/v/${number}`, `/en/v/${'0'.repeat(28)}`, '/en/v/hello'];
    for (const path of paths) {
      const page = await world.visitor().get(path);
      expect(page.text, path).to.include('/en/verify/suspicion?');
    }
    const form = await world.visitor().get(`/fr/verify/suspicion?identifier=${number}&verdict=verified`);
    expect(form.page().text).to.include('Un signalement n’accuse personne').and.to.include(number);
    expect(form.headers.getSetCookie()).to.deep.equal([]);
  });

  it('becomes a case of its own kind, with the checks before the eyes of support, and an acknowledgement', async () => {
    const [number = ''] = world.numbers;
    const answer = await report(
      {
        identifier: number,
        verdict: 'verified',
        seen: 'The grade was handwritten.',
        email: 'hr@example.org',
      },
      picture,
    );
    expect(answer.status).to.equal(303);
    const sent = await world.visitor().get(String(answer.headers.location));
    const reference = /S-\d{4}-\d{6}/.exec(sent.page().text)?.[0];
    await world.settle();
    const [letter] = world.lettersTo({ email: 'hr@example.org' });
    expect(letter?.text).to.include(reference).and.to.include('A suspected fake');

    const { client } = await world.staff('support');
    const list = await client.get('/en/staff/support');
    const path = list.page().links.find(({ text }) => text === reference)?.href ?? '';
    const ticket = await client.get(path);
    expect(ticket.page().text).to.include('The grade was handwritten.').and.to.include('The signature fits.');
    const file = await client.get(`${path}/file`);
    expect(file.bytes.equals(picture)).to.equal(true);
    expect(file.headers.get('content-disposition')).to.include(`attachment; filename=${reference}.png`);
    expect(file.headers.get('content-type')).to.equal('application/octet-stream');
    expect((await world.visitor().get(`${path}/file`, { follow: false })).status).not.to.equal(200);
    const { client: billing } = await world.staff('billing');
    expect((await billing.get(`${path}/file`)).status).to.equal(404);
  });

  it('needs no address, and takes no other file than what can be a certificate', async () => {
    const silent = await report({ seen: 'Seen on a profile page.' });
    expect(silent.status).to.equal(303);
    const before = world.letters.length;
    await world.settle();
    expect(world.letters).to.have.length(before);
    const program = await report({ seen: 'Seen on a profile page.' }, Buffer.from('MZ\x90\x00'));
    expect(program.status).to.equal(422);
    expect(program.text).to.include('neither PDF, JSON, PNG nor JPEG');
    expect((await report({ seen: 'short' })).status).to.equal(422);
    expect((await report({ seen: 'Long enough a text.', email: 'nobody' })).status).to.equal(422);
    expect((await report({ seen: 'Long enough a text.', website: 'x' })).status).to.equal(422);
    const contact = await world.visitor().get('/en/contact');
    expect(contact.text).not.to.include('suspected-fake');
  });

  it('is slowed down for whoever sends many, with the time to wait', async () => {
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push(await report({ seen: `Seen on a profile page, ${i}.` }));
    const last = answers.at(-1);
    expect(last?.status).to.equal(429);
    expect(Number(last?.headers['retry-after'])).to.be.greaterThan(0);
    expect(last?.text).to.include('Too many tries for now');
  });
});
