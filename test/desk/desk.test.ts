import { createCanvas } from '@napi-rs/canvas';
import { expect } from 'chai';
import qrcode from 'qrcode';
import { type DeskWorld, openDeskWorld, upload } from './desk-world.ts';

/** A picture as a phone takes it: the code somewhere on a sheet, in JPEG. */
const photographed = async (text: string): Promise<Uint8Array> => {
  const canvas = createCanvas(900, 700);
  const context = canvas.getContext('2d');
  context.fillStyle = '#f4f1ea';
  context.fillRect(0, 0, 900, 700);
  const code = qrcode.create(text, { errorCorrectionLevel: 'M' }).modules;
  const side = 5;
  context.fillStyle = '#fff';
  context.fillRect(280, 180, (code.size + 8) * side, (code.size + 8) * side);
  context.fillStyle = '#222';
  for (let y = 0; y < code.size; y += 1)
    for (let x = 0; x < code.size; x += 1)
      if (code.get(y, x)) context.fillRect(300 + x * side, 200 + y * side, side, side);
  return new Uint8Array(canvas.toBuffer('image/jpeg'));
};

const png = async (text: string): Promise<Uint8Array> => new Uint8Array(await qrcode.toBuffer(text));

describe('The verifier desk', function () {
  this.timeout(120_000);
  let world: DeskWorld;
  let number: string;
  before(async () => {
    world = await openDeskWorld(1);
    [number = ''] = world.numbers;
  });
  after(() => world.close());

  const page = async (path: string) => (await world.visitor().get(path)).page().text;
  const bring = async (file: Uint8Array) => (await upload(world, '/en/verify', file)).body;

  it('finds a number however it was typed, and the address of its page', async () => {
    const groups = (number.match(/.{1,4}/g) ?? []).join(' - ').toLowerCase();
    const asSeen = number.replaceAll('0', 'O').replaceAll('1', 'l');
    const other = `https://another.example/fr/v/${number}?from=cv`;
    for (const typed of [number, ` ${groups} `, asSeen, other]) {
      const reply = await world.visitor().get(`/en/verify?identifier=${encodeURIComponent(typed)}`);
      expect(reply.path, typed).to.equal(`/en/v/${number}`);
      expect(reply.page().text).to.include('This certificate is valid');
    }
    const pasted = await world
      .agent()
      .post('/en/verify')
      .set('Accept', 'application/json')
      .field('credential', ` ${groups}\n`);
    expect(pasted.body).to.include({ verdict: 'verified', identifier: number });
  });

  it('names a mistyped character, and says no more of an unknown number than that it is none of ours', async () => {
    const last = number.at(-1) === 'A' ? 'B' : 'A';
    const mistyped = `${number.slice(0, -1)}${last}`;
    expect(await page(`/en/verify?identifier=${mistyped}`)).to.include('A character of the number is wrong');
    const swapped = `${number[1]}${number[0]}${number.slice(2)}`;
    if (number[0] !== number[1])
      expect(await page(`/fr/verify?identifier=${swapped}`)).to.include('Un caractère du numéro est faux');
    const reply = await world.visitor().get('/en/verify?identifier=hello');
    expect(reply.status).to.equal(422);
  });

  it('reads the code that leads to the record in a picture, and the one that carries a record', async () => {
    const address = `${world.baseUrl}/v/${number}`;
    expect(await bring(await png(address))).to.include({ verdict: 'verified', identifier: number });
    expect(await bring(await photographed(address))).to.include({ verdict: 'verified', identifier: number });
    const sheet = await world.modules.issuer.rendition(number, 'png');
    expect(await bring(sheet)).to.include({ verdict: 'verified', identifier: number });
    const certificate = await world.modules.issuer.certificate(number);
    const code = certificate?.state === 'valid' ? certificate.offlineCode : undefined;
    if (code?.kind !== 'written') throw new Error('no code');
    const compact = await bring(await png(code.text));
    expect(compact).to.include({ verdict: 'verified' });
    expect(compact.facts).to.include({ holderName: 'Amélie Durand' });
  });

  it('says why a picture tells nothing', async () => {
    const codes = async (file: Uint8Array) =>
      (await bring(file)).errors?.map(({ code }: { code: string }) => code);
    expect(await codes(await png('https://elsewhere.example/menu'))).to.deep.equal([
      'verify-picture-of-another-code',
    ]);
    const blank = createCanvas(40, 40).toBuffer('image/png');
    expect(await codes(new Uint8Array(blank))).to.deep.equal(['verify-picture-without-code']);
    const huge = Buffer.from(blank);
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    expect(await codes(new Uint8Array(huge))).to.deep.equal(['verify-picture-too-large']);
    expect(await codes(new Uint8Array(blank.subarray(0, 60)))).to.deep.equal(['verify-picture-unreadable']);
    const html = await upload(world, '/fr/verify', new Uint8Array(blank), { accept: 'text/html' });
    expect(html.status).to.equal(422);
    expect(html.text).to.include('Aucun code QR lisible');
  });

  it('lets the camera be used on its own page only, and sets no cookie', async () => {
    const desk = await world.visitor().get('/en/verify');
    expect(desk.headers.get('permissions-policy')).to.include('camera=(self)');
    expect(desk.headers.getSetCookie()).to.deep.equal([]);
    const home = await world.visitor().get('/en');
    expect(home.headers.get('permissions-policy')).to.include('camera=()');
  });
});
