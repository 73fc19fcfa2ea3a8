import { type DocumentFault, guardDocument } from './guard-document.ts';
import { type EnvelopeFault, openEnvelope } from './jose-envelope.ts';
import { readJws } from './jws-read.ts';
import type { JsonObject } from './types.ts';

/** A credential taken out of what was brought, or why there is none. */
export type OpenedCredential =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly reason: DocumentFault | EnvelopeFault | 'jws-malformed' };

/**
 * The credential in an object, a JSON text, a compact JWS or an EnvelopedVerifiableCredential, within the limits of
 * `guardDocument`. Nothing of it is verified: give `verifyProofs` what this was given.
 */
export const openCredential = (input: unknown): OpenedCredential => {
  const opened = openEnvelope(input, 'vc+jwt');
  if (!opened) return guardDocument(input);
  if (!opened.ok) return opened;
  const { document } = readJws(opened.token, 'vc+jwt');
  return document ? { ok: true, document } : { ok: false, reason: 'jws-malformed' };
};
