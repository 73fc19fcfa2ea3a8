/** One thread of `createSecuringPool`: secures a batch at a time, with templates of its own. */
import { parentPort } from 'node:worker_threads';
import { DomainError } from '../platform/errors.ts';
import { createConfirmSignature } from './confirm-signature.ts';
import { createDocumentLoader } from './document-loader.ts';
import { secure } from './secure.ts';
import type { Batch, BatchAnswer, Refusal } from './securing-pool.ts';

const documentLoader = createDocumentLoader();
const confirm = createConfirmSignature(documentLoader);

const refusalOf = (error: unknown): Refusal => {
  if (!(error instanceof DomainError)) throw error;
  const { kind, code, params, errors } = error;
  return { kind, code, params, errors };
};

const secureBatch = async ({
  credentials,
  options: { confirmBy, ...options },
}: Batch): Promise<BatchAnswer> => {
  const answer: BatchAnswer[number][] = [];
  for (const credential of credentials) {
    try {
      const secured = await secure(credential, { ...options, documentLoader });
      if (confirmBy) await confirm(secured, confirmBy);
      answer.push({ credential: secured });
    } catch (error) {
      answer.push({ refusal: refusalOf(error) });
    }
  }
  return answer;
};

// A fault that is nobody's refusal ends this thread; the pool tells who waited for it.
parentPort?.on('message', async (batch: Batch) => {
  parentPort?.postMessage(await secureBatch(batch));
});
