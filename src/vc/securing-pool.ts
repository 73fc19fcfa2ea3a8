import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DomainError, type ErrorKind, type FieldFault } from '../platform/errors.ts';
import type { SecuredCredential, SecureOptions } from './secure.ts';
import type { JsonObject } from './types.ts';

/** Smaller ones cost more in messages than in signatures. */
const batchSize = 100;
const program = new URL('securing-worker.ts', import.meta.url);

/** As for `secure`; contexts are always those on board. The private key stays a handle of this process. */
export type PoolOptions = Omit<SecureOptions, 'documentLoader'> & {
  /** The issuer's DID document: each fresh signature is verified by it before it is answered. */
  readonly confirmBy?: JsonObject;
};

/** One credential of many: secured, or why `secure` refuses it. */
export type SecureOutcome = { readonly credential: SecuredCredential } | { readonly refused: DomainError };

export type SecuringPool = {
  /**
   * Secures many credentials on all cores, each as `secure` does; outcomes stand in the order asked. Rejects when a thread
   * stops under the work; a new one takes its place.
   */
  secureMany(credentials: readonly JsonObject[], options: PoolOptions): Promise<readonly SecureOutcome[]>;
  /** Ends the threads; what is not done by then is rejected. */
  close(): Promise<void>;
};

export type Batch = { readonly credentials: readonly JsonObject[]; readonly options: PoolOptions };
export type Refusal = {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly params: Record<string, string | number>;
  readonly errors: readonly FieldFault[];
};
/** An error does not keep its class on the way between threads. */
export type BatchAnswer = readonly (
  | { readonly credential: SecuredCredential }
  | { readonly refusal: Refusal }
)[];

type Task = {
  readonly batch: Batch;
  resolve(answer: BatchAnswer): void;
  reject(error: Error): void;
};

type Thread = { readonly worker: Worker; task: Task | undefined };

/** Threads start with the first work, and do not keep the process alive when there is none. */
export const createSecuringPool = ({ threads: size = availableParallelism() } = {}): SecuringPool => {
  const threads = new Set<Thread>();
  const waiting: Task[] = [];
  let closed = false;

  const startThread = (): Thread => {
    const thread: Thread = { worker: new Worker(program), task: undefined };
    threads.add(thread);
    thread.worker.unref();
    thread.worker.on('message', (answer: BatchAnswer) => {
      const { task } = thread;
      thread.task = undefined;
      thread.worker.unref();
      task?.resolve(answer);
      next();
    });
    const stopped = (error: Error): void => {
      threads.delete(thread);
      thread.task?.reject(error);
      thread.task = undefined;
      if (!closed) next();
    };
    thread.worker.on('error', (cause) => stopped(new Error('a securing thread failed', { cause })));
    thread.worker.on('exit', () => stopped(new Error('a securing thread stopped')));
    return thread;
  };

  const idleThread = (): Thread | undefined => {
    for (const thread of threads) if (!thread.task) return thread;
    return threads.size < size ? startThread() : undefined;
  };

  const next = (): void => {
    while (waiting.length > 0) {
      const thread = idleThread();
      if (!thread) return;
      const task = waiting.shift() as Task;
      thread.task = task;
      thread.worker.ref();
      thread.worker.postMessage(task.batch);
    }
  };

  const run = (batch: Batch): Promise<BatchAnswer> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new Error('the securing pool is closed'));
      waiting.push({ batch, resolve, reject });
      next();
    });

  return {
    secureMany: async (credentials, options) => {
      const { key, verificationMethod, issuer, created, proofs, confirmBy } = options;
      const confirming = confirmBy === undefined ? {} : { confirmBy };
      const sent: PoolOptions = { key, verificationMethod, issuer, created, proofs, ...confirming };
      const answers = await Promise.all(
        batchesOf(credentials, size).map((some) => run({ credentials: some, options: sent })),
      );
      return answers.flat().map(outcomeOf);
    },

    close: async () => {
      closed = true;
      for (const task of waiting.splice(0)) task.reject(new Error('the securing pool is closed'));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
};

/** Few credentials are shared out as well, but no batch is needlessly small. */
const batchesOf = (
  credentials: readonly JsonObject[],
  threads: number,
): readonly (readonly JsonObject[])[] => {
  const size = Math.min(batchSize, Math.max(20, Math.ceil(credentials.length / threads)));
  const batches: JsonObject[][] = [];
  for (let from = 0; from < credentials.length; from += size)
    batches.push(credentials.slice(from, from + size));
  return batches;
};

const outcomeOf = (answer: BatchAnswer[number]): SecureOutcome => {
  if ('credential' in answer) return answer;
  const { kind, code, ...details } = answer.refusal;
  return { refused: new DomainError(kind, code, details) };
};
