import express, { type Express } from 'express';
import request from 'supertest';
import { requestContext } from '../../src/platform/http/context.ts';
import { errorHandler } from '../../src/platform/http/problem.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { JsonObject, ProofSuite } from '../../src/vc/index.ts';
import { clock, translations } from '../support/pages.ts';
import { signerOf, stockSuite } from '../vc/presentation-sample.ts';
import { documentLoader } from '../vc/sample.ts';
import { verifierWith } from '../verifier/verifier-world.ts';

/** The verifying routes as the public suites call them. */
export const suiteApp: Express = express()
  .use(requestContext(translations, clock), express.json())
  .use(verifierWith({}).routes)
  .use(errorHandler(createLogger('silent'), () => undefined));

export const suiteIssuer = signerOf('suite issuer').did;

/** The least that the suites issue. */
export const minimal = (changes: JsonObject = {}): JsonObject =>
  JSON.parse(
    JSON.stringify({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiableCredential'],
      issuer: suiteIssuer,
      credentialSubject: { id: 'did:example:alice', name: 'Alice' },
      ...changes,
    }),
  );

type Creator = { createProof(input: object): Promise<JsonObject> };

/** A proof over anything at all: JCS asks nothing of a document, so that only its shape can be refused. */
export const proofOver = (
  document: JsonObject,
  { suite = 'eddsa-jcs-2022', purpose = 'assertionMethod' }: { suite?: ProofSuite; purpose?: string } = {},
): Promise<JsonObject> =>
  (stockSuite(suite, 'suite issuer') as Creator).createProof({
    document,
    purpose: { update: async (proof: JsonObject) => ({ ...proof, proofPurpose: purpose }) },
    documentLoader,
  });

export const verifyOverHttp = async (
  verifiableCredential: unknown,
  options: object = { checks: ['proof'] },
) => {
  const { status, body } = await request(suiteApp)
    .post('/credentials/verify')
    .send({ verifiableCredential, options });
  return { status, verified: body.verified as boolean, verdict: body.verdict as string };
};

/** Signs and sends: the status and whether it was verified. */
export const judgedOverHttp = async (document: JsonObject) =>
  verifyOverHttp({ ...document, proof: await proofOver(document) });

export const accepted = { status: 200, verified: true, verdict: 'verified_issuer_not_checked' };
