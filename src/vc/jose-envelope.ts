import { couldNotTell, failed, type ProofVerdict } from './proof-check.ts';
import { asList, isObject, type JsonObject } from './types.ts';

/** What an envelope holds: a credential or a presentation (VC JOSE and COSE 1.0, 6.1). */
export type EnvelopeMedia = 'vc+jwt' | 'vp+jwt';

export type EnvelopeFault =
  /** It says that it is an envelope, and is none. */
  | 'envelope-malformed'
  /** Another securing mechanism than JOSE: COSE, SD-JWT. */
  | 'envelope-not-supported';

/** A compact JWS that was not yet read, or why there is none. */
export type Opened =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly reason: EnvelopeFault };

const types: Record<EnvelopeMedia, string> = {
  'vc+jwt': 'EnvelopedVerifiableCredential',
  'vp+jwt': 'EnvelopedVerifiablePresentation',
};
const baseContext = 'https://www.w3.org/ns/credentials/v2';
/** As much as a document may have, and a third more for its base64url, and its header. */
const maxLength = 1_400_000;

const compactJws = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * The JWS in what was brought: in compact form, or in an object that carries it as `data:` URL (VC Data Model 2.0, 4.13.1
 * and 4.13.2). Nothing when it is neither.
 */
export const openEnvelope = (input: unknown, media: EnvelopeMedia): Opened | undefined => {
  if (typeof input === 'string') {
    const token = input.length <= maxLength ? input.trim() : '';
    return compactJws.test(token) ? { ok: true, token } : undefined;
  }
  if (!isObject(input) || !asList(input.type).includes(types[media])) return undefined;
  return tokenIn(input, media);
};

const tokenIn = ({ '@context': context, id }: JsonObject, media: EnvelopeMedia): Opened => {
  const malformed: Opened = { ok: false, reason: 'envelope-malformed' };
  if (!asList(context).includes(baseContext) || typeof id !== 'string' || id.length > maxLength)
    return malformed;
  const [head = '', token = ''] = id.split(',', 2);
  if (!head.startsWith('data:application/')) return malformed;
  const found = head.slice('data:application/'.length);
  if (found !== media)
    return { ok: false, reason: isEnvelope(found) ? 'envelope-malformed' : 'envelope-not-supported' };
  return compactJws.test(token) ? { ok: true, token } : malformed;
};

const isEnvelope = (media: string): boolean => media in types;

/** The object that carries a JWS inside JSON, in a presentation say. */
export const envelopeOf = (token: string, media: EnvelopeMedia = 'vc+jwt'): JsonObject => ({
  '@context': [baseContext],
  id: `data:application/${media},${token}`,
  type: types[media],
});

export const envelopeVerdict = (reason: EnvelopeFault): ProofVerdict =>
  reason === 'envelope-malformed' ? failed(reason) : couldNotTell(reason);
