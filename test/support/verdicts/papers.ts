import { crc32, deflateSync } from 'node:zlib';
import { AFRelationship, PDFDocument } from 'pdf-lib';
import { PNG } from 'pngjs';
import qrcode from 'qrcode';
import { bakePng, didKeyOf, type JsonObject } from '../../../src/vc/index.ts';
import { badge, keyOf, sign } from '../../vc/sample.ts';
import { signAs, strangerDid } from '../../verifier/verifier-world.ts';
import type { Paper } from './verdict-stop.ts';

const formerSeed = 'former';
export const formerDid = didKeyOf(keyOf(formerSeed).publicKeyMultibase);

/** A certificate of another issuer, without a list of what was withdrawn and without an end. */
export const lasting = (): JsonObject => {
  const { credentialStatus: _status, validUntil: _end, ...rest } = badge();
  return rest;
};

export const asText = (credential: unknown): Paper => ({ text: JSON.stringify(credential) });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const asFile = (name: string, bytes: Uint8Array | Buffer): Paper => ({ name, bytes: new Uint8Array(bytes) });

const issuedBy = (seed: string, did: string, changes: JsonObject = {}): Promise<JsonObject> =>
  signAs(seed, { ...lasting(), issuer: { id: did, type: ['Profile'], name: 'Another Academy' }, ...changes });

/** What another issuer gave to the holder of a wallet. */
export const foreignBadgeFor = (holder: string): Promise<JsonObject> => {
  const subject = lasting().credentialSubject as JsonObject;
  return issuedBy('stranger', strangerDid, { credentialSubject: { id: holder, ...subject } });
};

/** The PDF of somebody else, with their record inside. */
export const foreignPdf = async (credential: JsonObject): Promise<Paper> => {
  const document = await PDFDocument.create();
  document.addPage([842, 595]).drawText('Certificate of Another Academy', { x: 60, y: 400 });
  await document.attach(bytesOf(JSON.stringify(credential)), 'credential.json', {
    mimeType: 'application/vc',
    afRelationship: AFRelationship.Source,
  });
  return asFile('foreign.pdf', await document.save());
};

/** What strangers bring, by what there is to say of it. */
export const strangersPapers = async () => {
  const unknown = await sign(lasting());
  const [first, ...others] = [unknown.proof].flat() as JsonObject[];
  return {
    unknown: asText(unknown),
    foreignPdf: await foreignPdf(unknown),
    unreachable: asText(await sign()),
    listed: asText(await issuedBy('stranger', strangerDid)),
    listedOnce: asText(await issuedBy(formerSeed, formerDid)),
    unknownSuite: asText({ ...unknown, proof: { ...first, cryptosuite: 'eddsa-rdfc-2099' } }),
    presented: asText({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiablePresentation'],
      verifiableCredential: [{ ...unknown, proof: [first, ...others] }],
    }),
    unsupported: asText({ hello: 'world' }),
  };
};

const picture = (width = 40, height = 40): Uint8Array =>
  new Uint8Array(PNG.sync.write(new PNG({ width, height })));
const afterHeader = 33;

/** A chunk of a PNG, with a badge as no issuer may bake it. */
const withChunk = (data: Buffer): Uint8Array => {
  const typed = Buffer.concat([Buffer.from('iTXt'), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length);
  numbers.writeUInt32BE(crc32(typed), 4);
  const bare = picture();
  const chunk = [numbers.subarray(0, 4), typed, numbers.subarray(4)];
  return new Uint8Array(Buffer.concat([bare.subarray(0, afterHeader), ...chunk, bare.subarray(afterHeader)]));
};

const huge = (): Uint8Array => {
  const bytes = Buffer.from(picture());
  bytes.writeUInt32BE(60_000, 16);
  bytes.writeUInt32BE(60_000, 20);
  return new Uint8Array(bytes);
};

const presentationOf = (verifiableCredential: readonly unknown[]): Paper =>
  asText({
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiablePresentation'],
    verifiableCredential,
  });

/** What cannot be examined, by the code of the fault that says why. */
export const unreadablePapers = async (): Promise<Readonly<Record<string, Paper>>> => {
  const document = await PDFDocument.create();
  document.addPage();
  const blank = Buffer.from(await document.save()).toString('latin1');
  const locked = blank.replace('/Root', '/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 >> /Root');
  const json = JSON.stringify({ type: 'AchievementCredential' });
  const packed = deflateSync(Buffer.alloc(1000, 'a'));
  const compressed = Buffer.concat([Buffer.from('openbadgecredential\0\x01\0\0\0'), packed]);
  return {
    'verify-empty': { text: '' },
    'verify-too-large': asFile('large.json', new Uint8Array(5 * 1024 * 1024 + 1).fill(32)),
    'verify-not-json': { text: 'This is my certificate.' },
    'verify-pdf-unreadable': asFile('locked.pdf', Buffer.from(locked, 'latin1')),
    'verify-pdf-without-credential': asFile('scan.pdf', Buffer.from(blank, 'latin1')),
    'verify-presentation-empty': presentationOf([]),
    'verify-presentation-of-several': presentationOf([lasting(), lasting()]),
    'verify-unknown-type': asFile('letter.docx', bytesOf('PK, and nothing of ours')),
    'verify-badge-corrupt': asFile('badge.png', bakePng(picture(), 'no JSON')),
    'verify-badge-compressed': asFile('badge.png', withChunk(compressed)),
    'verify-badge-repeated': asFile('badge.png', bakePng(bakePng(picture(), json), json)),
    'verify-picture-unreadable': asFile('photo.png', picture().subarray(0, afterHeader)),
    'verify-picture-too-large': asFile('photo.png', huge()),
    'verify-picture-without-code': asFile('photo.png', picture()),
    'verify-picture-of-another-code': asFile(
      'menu.png',
      await qrcode.toBuffer('https://elsewhere.example/menu'),
    ),
  };
};
