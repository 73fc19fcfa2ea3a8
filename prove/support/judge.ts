import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type StockVerdict = 'good' | 'bad' | 'unclear';

/** The stock library in a process of its own, asked one credential at a time. */
export const openJudge = () => {
  const program = fileURLToPath(new URL('../foreign/judge.mjs', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<string, PromiseWithResolvers<StockVerdict>>();
  let asked = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [number = '', verdict] = line.split(' ');
    waiting.get(number)?.resolve(verdict as StockVerdict);
    waiting.delete(number);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the stock library ended'));
  });
  return {
    /** @throws when its process has ended: a fault of the proof */
    ask: (credential: unknown): Promise<StockVerdict> => {
      const answer = Promise.withResolvers<StockVerdict>();
      if (child.exitCode !== null) answer.reject(new Error('the stock library ended'));
      else {
        asked += 1;
        waiting.set(String(asked), answer);
        child.stdin.write(`${asked} ${JSON.stringify(credential ?? null)}\n`);
      }
      return answer.promise;
    },
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
};

export type Judge = ReturnType<typeof openJudge>;
