import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { couldNotTell, failed, type ProofVerdict } from './proof-check.ts';
import type { DocumentLoader, JsonObject } from './types.ts';
import { breaksJsonLd, losesData, watchLoader } from './watched-loader.ts';

/**
 * Nodes that only their neighbours tell apart, and so cost canonicalization much (RDFC-1.0, 7.1). The stock limit grows
 * with the document: a hostile one kept a processor busy for 6 s.
 */
export const canonizeOptions = { maxDeepIterations: 100 };

/** The stock suite with that limit. */
export const boundedSuite = {
  ...cryptosuite,
  canonize: (...[document, options]: Parameters<typeof cryptosuite.canonize>) =>
    cryptosuite.canonize(document, { ...options, ...canonizeOptions }),
};

/** What an error of jsonld, or of a canonicalization, says of the document; nothing when it says nothing. */
export const jsonLdVerdict = (error: unknown): ProofVerdict | undefined => {
  if (losesData(error)) return failed('undefined-terms');
  if (breaksJsonLd(error)) return failed('not-json-ld');
  const tooComplex = error instanceof Error && error.message.startsWith('Maximum deep iterations');
  return tooComplex ? couldNotTell('too-complex') : undefined;
};

/**
 * Whether a document means something under its contexts: every term and type defined (VC Data Model 2.0, 4.5), no
 * protected term redefined (5.2.1). A proof over canonical RDF finds that out by itself; one over the JSON text (JCS,
 * JOSE) would vouch for words without meaning. Answers the verdict that stands in the way, or nothing.
 */
export const checkJsonLd = async (
  document: JsonObject,
  documentLoader: DocumentLoader,
): Promise<ProofVerdict | undefined> => {
  const { load, refused } = watchLoader(documentLoader);
  try {
    await boundedSuite.canonize(document, { documentLoader: load, base: null, safe: true });
    return undefined;
  } catch (error) {
    return refused() ? couldNotTell('context-not-shipped') : (jsonLdVerdict(error) ?? failed('not-json-ld'));
  }
};
