import { guardDocument } from './guard-document.ts';
import { openEnvelope } from './jose-envelope.ts';
import { readJws } from './jws-read.ts';
import { asList, type JsonObject } from './types.ts';

/**
 * The credentials in a presentation, plain, as compact JWS or as EnvelopedVerifiablePresentation (VC Data Model 2.0,
 * 4.13); nothing when it is none. Neither they nor who presents them is verified.
 */
export const presentedCredentials = (input: unknown): readonly unknown[] | undefined => {
  const presentation = documentIn(input);
  if (!presentation || !asList(presentation.type).includes('VerifiablePresentation')) return undefined;
  return asList(presentation.verifiableCredential);
};

const documentIn = (input: unknown): JsonObject | undefined => {
  const opened = openEnvelope(input, 'vp+jwt');
  if (opened) return opened.ok ? readJws(opened.token, 'vp+jwt').document : undefined;
  const guarded = guardDocument(input);
  return guarded.ok ? guarded.document : undefined;
};
