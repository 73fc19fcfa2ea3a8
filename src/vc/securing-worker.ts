/** One thread of `createSecuringPool`: secures a batch at a time, with templates of its own. */
import { parentPort } from 'node:worker_threads';
import { DomainError } from '../platform/errors.ts';
import { createConfirmSignature } from './confirm-signature.ts';
import { createDocumentLoader } from './document-loader.ts';
import { secure } from './secure.ts';
import type { Batch, BatchAnswer, Refusal } from './securing-pool.ts';
import type { JsonObject } from './types.ts';

const documentLoader = createDocumentLoader();
const confirm = createConfirmSignature(documentLoader);

const refusalOf = (error: unknown): Refusal => {
  if (!(error instanceof DomainError)) throw error;
  const { kind, code, params, errors } = error;
  return { kind, code, params, errors };
};

const addedTo = (credential: JsonObject, secured: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(secured).filter(([name, value]) => value !== credential[name]));

const secureBatch = async ({
  credentials,
  options: { confirmBy, ...options },
}: Batch): Promise<BatchAnswer> => {
  const answer: BatchAnswer[number][] = [];
  for (const credential of credentials) {
    try {
      const secured = await secure(credential, { ...options, documentLoader });
      if (confirmBy) await confirm(secured, confirmBy);
      answer.push({ added: addedTo(credential, secured) });
    } catch (error) {
      answer.push({ refusal: refusalOf(error) });
    }
  }
  return answer;
};

let last: Promise<void> = Promise.resolve();

// One after the other, so that answers come in the order of the batches. A fault that is nobody's refusal ends this thread;
// the pool tells who waited for it.
parentPort?.on('message', (batch: Batch) => {
  last = last.then(async () => parentPort?.postMessage(await secureBatch(batch)));
});
