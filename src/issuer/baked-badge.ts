import { bakePng, bakeSvg } from '../vc/index.ts';
import type { SignedCertificate } from './certificate.ts';
import { credentialFile } from './draw-certificate.ts';

export type BadgeKind = 'png' | 'svg';

/** Where a PNG says how large it is (PNG 3.0, 11.2.1). */
const sizeOf = (png: Uint8Array): { width: number; height: number } => {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
};

/** The sheet as a picture that carries its credential (Open Badges 3.0, 5.3), made of the kept drawing: the same bytes every time. */
export const bakeBadge = (certificate: SignedCertificate, png: Uint8Array, kind: BadgeKind): Uint8Array => {
  const credential = new TextDecoder().decode(credentialFile(certificate));
  if (kind === 'png') return bakePng(png, credential);
  const { holderName, wording, language } = certificate;
  const title = `${wording.name} – ${holderName}`;
  return new TextEncoder().encode(bakeSvg({ png, ...sizeOf(png), title, language }, credential));
};
