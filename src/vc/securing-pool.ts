import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DomainError, type ErrorKind, type FieldFault } from '../platform/errors.ts';
import type { SecuredCredential, SecureOptions } from './secure.ts';
import type { JsonObject } from './types.ts';

/** Larger ones leave one thread alone with the last of them; smaller ones cost more in messages than in signatures. */
const batchSize = 50;
/** A thread has the next batch before it has answered one, so that it never waits for this thread. */
const batchesAhead = 2;
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
   * Secures many credentials on all cores, each as `secure` does; outcomes stand in the order asked. What is given must stay
   * as it is until then: only what securing adds comes back from the threads. Rejects when a thread stops under the work; a
   * new one takes its place.
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
/**
 * The members that securing adds or changes: the rest lies here already, and copying it back would cost this thread more
 * than all else. An error does not keep its class on the way between threads.
 */
export type BatchAnswer = readonly ({ readonly added: JsonObject } | { readonly refusal: Refusal })[];

type Task = {
  readonly batch: Batch;
  resolve(answer: BatchAnswer): void;
  reject(error: Error): void;
};

/** What it works on stands first. */
type Thread = { readonly worker: Worker; readonly tasks: Task[] };

/** Threads start with the first work, and do not keep the process alive when there is none. */
export const createSecuringPool = ({ threads: size = availableParallelism() } = {}): SecuringPool => {
  const threads = new Set<Thread>();
  const waiting: Task[] = [];
  let closed = false;

  const startThread = (): Thread => {
    const thread: Thread = { worker: new Worker(program), tasks: [] };
    const { worker, tasks } = thread;
    threads.add(thread);
    worker.unref();
    worker.on('message', (answer: BatchAnswer) => {
      const done = tasks.shift();
      if (tasks.length === 0) worker.unref();
      // Whoever waits is told after the threads have work again.
      next();
      done?.resolve(answer);
    });
    const stopped = (error: Error): void => {
      threads.delete(thread);
      tasks.shift()?.reject(error);
      waiting.unshift(...tasks.splice(0));
      if (!closed) next();
    };
    worker.on('error', (cause) => stopped(new Error('a securing thread failed', { cause })));
    worker.on('exit', () => stopped(new Error('a securing thread stopped')));
    return thread;
  };

  const threadWith = (tasks: number): Thread | undefined => {
    for (const thread of threads) if (thread.tasks.length === tasks) return thread;
    return undefined;
  };

  /** Nobody gets a second batch while another has none, or would have none soon. */
  const freeThread = (): Thread | undefined => {
    const idle = threadWith(0) ?? (threads.size < size ? startThread() : undefined);
    if (idle || waiting.length < size) return idle;
    for (let tasks = 1; tasks < batchesAhead; tasks += 1) {
      const thread = threadWith(tasks);
      if (thread) return thread;
    }
    return undefined;
  };

  const next = (): void => {
    while (waiting.length > 0) {
      const thread = freeThread();
      if (!thread) return;
      const task = waiting.shift() as Task;
      thread.tasks.push(task);
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
      // Joined as they come, while the threads are at work on the rest.
      const outcomes = await Promise.all(
        batchesOf(credentials, size).map(async (some) => {
          const answer = await run({ credentials: some, options: sent });
          return answer.map((one, i) => outcomeOf(some[i] as JsonObject, one));
        }),
      );
      return outcomes.flat();
    },

    close: async () => {
      closed = true;
      const given = [...threads].flatMap(({ tasks }) => tasks.splice(1));
      for (const task of [...given, ...waiting.splice(0)])
        task.reject(new Error('the securing pool is closed'));
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

const outcomeOf = (credential: JsonObject, answer: BatchAnswer[number]): SecureOutcome => {
  if ('added' in answer) return { credential: { ...credential, ...answer.added } as SecuredCredential };
  const { kind, code, ...details } = answer.refusal;
  return { refused: new DomainError(kind, code, details) };
};
