import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import {
  createDocumentLoader,
  type DocumentLoader,
  type JsonObject,
  type ProofSuite,
  secure,
  verifyProofs,
} from '../../../src/vc/index.ts';
import { signedDataOf } from '../../../src/vc/template/signed-data.ts';
import { created, issuer, key, verificationMethod, verifyOptions } from '../sample.ts';
import { type Chance, createChance, mutations } from './hostile.ts';
import { hostileValues, ordinaryValues, shapes } from './shapes.ts';

const proofForms: readonly (readonly [ProofSuite, ...ProofSuite[]])[] = [
  ['eddsa-rdfc-2022'],
  ['eddsa-rdfc-2022', 'Ed25519Signature2020'],
];

export const signUnder = (
  documentLoader: DocumentLoader,
  document: JsonObject,
  proofs: readonly [ProofSuite, ...ProofSuite[]] = ['eddsa-rdfc-2022'],
): Promise<JsonObject> =>
  secure(document, { key, verificationMethod, issuer, created, proofs, documentLoader });

/** Nothing was learnt under a new loader: all under it is done by the stock libraries. */
export const stockLoader = createDocumentLoader;

/** A loader under which every shape is known, with each form of proof. */
export const learntLoader = async (): Promise<DocumentLoader> => {
  const documentLoader = createDocumentLoader();
  for (const shape of Object.values(shapes)) {
    for (const proofs of proofForms) {
      for (const number of [1, 2, 3]) {
        const secured = await signUnder(documentLoader, shape(ordinaryValues(number)), proofs);
        await verifyProofs(secured, { ...verifyOptions, documentLoader });
      }
    }
  }
  return documentLoader;
};

/** Whether the document is hashed by a template under this loader. */
export const isQuick = (documentLoader: DocumentLoader, { proof: _, ...document }: JsonObject): boolean =>
  signedDataOf(documentLoader).documentHash(document) !== undefined;

/**
 * What @digitalbazaar/vc says of each proof of the credential alone; of those that a template may decide. A proof with
 * contexts of its own is never one: the stock library reads it under them, we under those of the document, as EdDSA
 * Cryptosuites 1.0, 3.2.5 says.
 */
export const stockVerdicts = async (secured: JsonObject): Promise<readonly boolean[]> => {
  const verdicts: boolean[] = [];
  for (const proof of [secured.proof].flat() as JsonObject[]) {
    if ('@context' in proof) continue;
    const { verified } = await verifyCredential({
      credential: { ...secured, proof: { ...proof } },
      suite: [new DataIntegrityProof({ cryptosuite }), new Ed25519Signature2020()],
      documentLoader: verifyOptions.documentLoader,
      checkStatus: async () => ({ verified: true }),
      now: new Date(String(secured.validFrom ?? secured.issuanceDate)),
    });
    verdicts.push(verified);
  }
  return verdicts;
};

export type Comparison = {
  documents: number;
  /** Hashed by a template after the change. */
  quick: number;
  accepted: number;
  refused: number;
  /** What was done to the documents on which templates and stock libraries do not agree; none, or the proof failed. */
  disagreements: string[];
};

type Case = { secured: JsonObject; changes: readonly string[] };

const changedCredential = async (documentLoader: DocumentLoader, chance: Chance): Promise<Case> => {
  const shape = shapes[chance.of(Object.keys(shapes))]!;
  const unsigned = shape(ordinaryValues(chance.below(1e6)));
  let secured = await signUnder(documentLoader, unsigned, chance.of(proofForms));
  const changes = Array.from({ length: chance.below(3) }, () => chance.of(Object.keys(mutations)));
  for (const change of changes) secured = mutations[change]!(secured, chance);
  return { secured, changes };
};

/**
 * Verifies changed credentials twice, with templates and without: every verdict must be the same, and where a template
 * was used also that of plain @digitalbazaar/vc.
 */
export const compareVerdicts = async (seed: number, documents: number): Promise<Comparison> => {
  const chance = createChance(seed);
  const documentLoader = await learntLoader();
  const comparison: Comparison = { documents, quick: 0, accepted: 0, refused: 0, disagreements: [] };
  for (let i = 0; i < documents; i += 1) {
    const { secured, changes } = await changedCredential(documentLoader, chance);
    const known = isQuick(documentLoader, secured);
    const ours = await verifyProofs(secured, { ...verifyOptions, documentLoader });
    const stock = await verifyProofs(secured, { ...verifyOptions, documentLoader: stockLoader() });
    const passed = ours.every(({ outcome }) => outcome === 'passed');
    comparison.quick += known ? 1 : 0;
    comparison[passed ? 'accepted' : 'refused'] += 1;
    const agrees =
      JSON.stringify(ours) === JSON.stringify(stock) &&
      (!known || !passed || (await stockVerdicts(secured)).every(Boolean));
    if (!agrees) comparison.disagreements.push(`document ${i} of seed ${seed}: ${changes.join(', ')}`);
  }
  return comparison;
};

/** Signs documents of hostile values twice, with templates and without: every byte, and every refusal, must be the same. */
export const compareSignatures = async (seed: number, documents: number): Promise<Comparison> => {
  const chance = createChance(seed);
  const documentLoader = await learntLoader();
  const comparison: Comparison = { documents, quick: 0, accepted: 0, refused: 0, disagreements: [] };
  const outcome = (loader: DocumentLoader, document: JsonObject): Promise<string> =>
    signUnder(loader, document, proofForms[1]).then(
      JSON.stringify,
      (error: Error) => `refused: ${error.message}`,
    );
  for (let i = 0; i < documents; i += 1) {
    const document = shapes[chance.of(Object.keys(shapes))]!(
      chance.below(4) === 0 ? hostileValues(chance) : mostlyOrdinary(chance),
    );
    const ours = await outcome(documentLoader, document);
    const stock = await outcome(stockLoader(), document);
    const signed = !ours.startsWith('refused');
    const known = signed && isQuick(documentLoader, JSON.parse(ours) as JsonObject);
    comparison.quick += known ? 1 : 0;
    comparison[signed ? 'accepted' : 'refused'] += 1;
    const agrees = ours === stock && (!known || (await stockVerdicts(JSON.parse(ours))).every(Boolean));
    if (!agrees) comparison.disagreements.push(`document ${i} of seed ${seed}`);
  }
  return comparison;
};

/** One value in eight is hostile, so that most documents can be hashed by a template. */
const mostlyOrdinary = (chance: Chance): ReturnType<typeof ordinaryValues> => {
  const [plain, hostile] = [ordinaryValues(chance.below(1e6)), hostileValues(chance)];
  const either = (): typeof plain => (chance.below(8) === 0 ? hostile : plain);
  return { text: () => either().text(), iri: () => either().iri(), date: () => either().date() };
};
