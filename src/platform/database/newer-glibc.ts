import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Logger, silentLogger } from '../logger.ts';
import { rewriteSources, type SourcesForm } from './embedded-apt-sources.ts';
import { EmbeddedUnavailable } from './embedded-unavailable.ts';

const run = promisify(execFile);

/** The oldest C library the engine's library loads with. */
export const neededGlibc = '2.38';

const attemptPrefix = '.fetch-';
const packages = ['libc6', 'libgcc-s1', 'libstdc++6'];

const architectures: Record<string, { triplet: string; loader: string }> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** The release whose C library is new enough, by the code name of the machine's own. Ubuntu packages alike. */
const newerReleases: Record<string, string> = { bullseye: 'trixie', bookworm: 'trixie', jammy: 'noble' };

/** `major.minor` compared as numbers: 2.4 is older than 2.38. */
export const isTooOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = neededGlibc.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
};

/** The glibc this process runs on, such as `2.36`; nothing on systems with another C library. */
export const glibcOfThisProcess = (): string | undefined => {
  // Otherwise the report looks up the name of every open connection.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
};

type NewerGlibc = {
  /** The dynamic loader to start a program through. */
  loader: string;
  /** For its `--library-path`: the newer libraries first, then the system's. */
  libraryPath: string;
};

type Machine = { arch: string; sourcesDir: string; osRelease: string };
const debian: Machine = { arch: process.arch, sourcesDir: '/etc/apt', osRelease: '/etc/os-release' };

/**
 * A newer C library beside the system's, in `<cacheDir>/glibc`, fetched once (about 4 MB and ten of package lists) from
 * the machine's own package sources, with their signatures checked by the machine's own keys. Needs no root.
 * @throws EmbeddedUnavailable naming what is missing: apt, a known release, the network.
 */
export const newerGlibc = async (
  cacheDir: string,
  present: string,
  { machine = debian, logger = silentLogger }: { machine?: Machine; logger?: Logger } = {},
): Promise<NewerGlibc> => {
  const { triplet, loader } = architectures[machine.arch] ?? {};
  const tooOld = `it needs glibc ${neededGlibc} or newer, this system has ${present}, and `;
  if (!triplet || !loader)
    throw new EmbeddedUnavailable(`${tooOld}there is no newer one for ${machine.arch}.`);
  const { own, newer } = await releases(machine, tooOld);
  const folder = join(cacheDir, 'glibc', `${newer}-${triplet}`);
  if (!isComplete(folder, triplet, loader)) {
    logger.info({ present, newer, folder }, 'fetching a newer C library for the database engine, once');
    await fetchInto(folder, { own, newer, triplet, loader, sourcesDir: machine.sourcesDir }, tooOld);
  }
  const libraries = join(folder, 'usr/lib', triplet);
  return { loader: join(libraries, loader), libraryPath: `${libraries}:/usr/lib/${triplet}` };
};

const isComplete = (folder: string, triplet: string, loader: string): boolean =>
  [loader, 'libc.so.6', 'libgcc_s.so.1', 'libstdc++.so.6'].every((file) =>
    existsSync(join(folder, 'usr/lib', triplet, file)),
  );

const releases = async (machine: Machine, tooOld: string): Promise<{ own: string; newer: string }> => {
  const osRelease = await readFile(machine.osRelease, 'utf8').catch(() => '');
  const own = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(osRelease)?.[1] ?? '';
  const newer = newerReleases[own];
  if (newer) return { own, newer };
  throw new EmbeddedUnavailable(
    `${tooOld}a newer one can only be fetched by itself on Debian 11 and 12 and Ubuntu 22.04. Upgrade the system.`,
  );
};

type Fetch = { own: string; newer: string; triplet: string; loader: string; sourcesDir: string };

/** Everything happens in a folder of its own, which gets its name only when complete: a cut never looks finished. */
const fetchInto = async (folder: string, fetch: Fetch, tooOld: string): Promise<void> => {
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true });
  await sweepAbandoned(parent);
  const work = await mkdtemp(join(parent, attemptPrefix));
  try {
    await download(work, fetch);
    const unpacked = join(work, 'unpacked');
    for (const file of await readdir(work)) {
      if (file.endsWith('.deb')) await run('dpkg', ['-x', join(work, file), unpacked]);
    }
    if (!isComplete(unpacked, fetch.triplet, fetch.loader)) {
      throw new Error(`the packages of ${fetch.newer} lack files`);
    }
    await putInPlace(unpacked, folder, fetch);
  } catch (error) {
    throw new EmbeddedUnavailable(`${tooOld}fetching a newer one failed: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

const putInPlace = async (unpacked: string, folder: string, { triplet, loader }: Fetch): Promise<void> => {
  try {
    await rename(unpacked, folder);
  } catch (error) {
    // Another process was first: its folder is as good as ours. Otherwise somebody removed files from it.
    if (isComplete(folder, triplet, loader)) return;
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder);
  }
};

/** What a killed process left of its attempt, an hour ago or longer. */
const sweepAbandoned = async (parent: string): Promise<void> => {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(attemptPrefix)) continue;
    const path = join(parent, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > 3_600_000) await rm(path, { recursive: true, force: true });
  }
};

const download = async (work: string, { own, newer, sourcesDir }: Fetch): Promise<void> => {
  const parts = join(work, 'sources');
  for (const folder of [parts, join(work, 'lists/partial'), join(work, 'cache/archives/partial')]) {
    await mkdir(folder, { recursive: true });
  }
  const written = await writeSources(parts, { own, newer, sourcesDir });
  if (written === 0) throw new Error(`no package source of ${own} in ${sourcesDir}.`);
  const options = aptOptions(work, parts);
  // Updating may complain and yet say that all went well, or fail for a source that we can do without: what counts is
  // whether the packages can be had. When not, its complaint tells why.
  const update = await run('apt-get', ['update', ...options], { cwd: work }).catch(asFailure);
  await run('apt-get', ['download', ...packages, ...options], { cwd: work }).catch((error: unknown) => {
    throw complaintsOf(update).length > 0 ? new Error(quote(update), { cause: error }) : error;
  });
};

type Outcome = { stderr?: string };

/** A failed program is an outcome with an error stream, a missing one is a failure of ours. */
const asFailure = (error: unknown): Outcome => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
  return error as Outcome;
};

const writeSources = async (
  parts: string,
  { own, newer, sourcesDir }: Pick<Fetch, 'own' | 'newer' | 'sourcesDir'>,
): Promise<number> => {
  const folder = join(sourcesDir, 'sources.list.d');
  const names = await readdir(folder).catch(() => []);
  let written = 0;
  for (const path of [join(sourcesDir, 'sources.list'), ...names.map((name) => join(folder, name))]) {
    const form: SourcesForm | undefined = path.endsWith('.sources')
      ? 'deb822'
      : path.endsWith('.list')
        ? 'one-line'
        : undefined;
    const text = form ? await readFile(path, 'utf8').catch(() => '') : '';
    const rewritten = form ? rewriteSources(text, form, { own, newer }) : '';
    if (!rewritten) continue;
    await writeFile(join(parts, basename(path)), rewritten);
    written += 1;
  }
  return written;
};

/** Private lists and cache: nothing of the machine's own package state is read or written. */
const aptOptions = (work: string, parts: string): string[] =>
  [
    `Dir::State::Lists=${join(work, 'lists')}`,
    'Dir::State::status=/dev/null',
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${parts}`,
    `Dir::Cache=${join(work, 'cache')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Debug::NoLocking=1',
    // As root, apt would hand the download to a user who may not write in this folder.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
  ].flatMap((option) => ['-o', option]);

const complaintsOf = ({ stderr = '' }: Outcome): string[] =>
  stderr.split('\n').filter((line) => /^[EW]:/.test(line));

const quote = (outcome: Outcome): string => `apt says "${complaintsOf(outcome).slice(0, 2).join(' ')}"`;

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && (path === 'apt-get' || path === 'dpkg')) return `the program ${path} is missing.`;
  return complaintsOf(error as Outcome).length > 0 ? quote(error as Outcome) : error.message;
};
