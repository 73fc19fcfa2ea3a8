import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Narrator = {
  /** Does a step and prints it with its time. */
  step<T>(what: string, run: () => Promise<T>): Promise<T>;
  /** Keeps a file for whoever wants to look at it. */
  keep(name: string, content: Uint8Array | string): Promise<void>;
  /** Prints how long everything took. */
  end(): void;
};

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(2)} s`;

/** Tells the story on the standard output and keeps its files in `dir`, which is emptied first. */
export const createNarrator = async (dir: string): Promise<Narrator> => {
  const began = performance.now();
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  return {
    step: async (what, run) => {
      const started = performance.now();
      try {
        const result = await run();
        console.log(`${seconds(started).padStart(9)}  ${what}`);
        return result;
      } catch (error) {
        console.log(`${'FAILED'.padStart(9)}  ${what}`);
        throw error;
      }
    },
    keep: (name, content) => writeFile(join(dir, name), content),
    end: () => console.log(`\nAll of it in ${seconds(began)}. The files are in ${dir}.`),
  };
};

/** A claim of the demo. @throws when it does not hold, so that the demo ends with 1 */
export const claim = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`It should be so, and is not: ${what}`);
};
