import { Worker } from 'node:worker_threads';

export type ThreadLimits = { milliseconds: number; heapMegabytes: number };

/** Why a thread gave no answer: it took too long, ran out of memory, or ended without a word. */
export type ThreadFailure = 'too-slow' | 'out-of-memory' | 'no-answer';

export class ThreadFailedError extends Error {
  readonly reason: ThreadFailure;
  constructor(reason: ThreadFailure) {
    super(`a thread gave no answer: ${reason}`);
    this.name = 'ThreadFailedError';
    this.reason = reason;
  }
}

/**
 * Has a program read a stranger's bytes in a thread of its own and answers its one message: what goes wrong in there ends
 * the thread, not the service. The program sees no environment, and what it says goes into no log.
 * @throws ThreadFailedError
 */
export const askThread = async <Answer>(
  program: URL,
  data: unknown,
  limits: ThreadLimits,
): Promise<Answer> => {
  const worker = new Worker(program, {
    workerData: data,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes, stackSizeMb: 4 },
  });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const late = setTimeout(() => reject(new ThreadFailedError('too-slow')), limits.milliseconds);
      worker.once('message', resolve);
      // Out of memory, or a fault that the thread could not tell.
      worker.once('error', () => reject(new ThreadFailedError('out-of-memory')));
      worker.once('exit', () => {
        clearTimeout(late);
        reject(new ThreadFailedError('no-answer'));
      });
    });
  } finally {
    await worker.terminate();
  }
};
