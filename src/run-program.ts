import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { type Config, ConfigError, readConfig } from './platform/config.ts';
import { EmbeddedUnavailable } from './platform/database/embedded-unavailable.ts';

type Program = (config: Config) => Promise<void>;

/** Faults that the operator can mend are told in one message; everything else keeps its stack for whoever reports it. */
const explain = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof EmbeddedUnavailable) return error.message;
  if (!(error instanceof Error)) return String(error);
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return inUse ? 'The port is in use. Set PORT to another one.' : (error.stack ?? error.message);
};

/**
 * Reads the settings and runs a program with them. Node strips and compiles the sources at each start; kept in our cache
 * folder, the next start spends half the time on it. So the program is loaded only after the cache is on.
 */
export const runProgram = async (load: () => Promise<Program>): Promise<void> => {
  try {
    const config = readConfig();
    enableCompileCache(join(config.cacheDir, 'compiled'));
    const program = await load();
    await program(config);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
};
