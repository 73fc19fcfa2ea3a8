import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = new URL('../../../', import.meta.url);
const page = new URL('./page/', import.meta.url);

/** The built-in modules that the checks use, and what stands in for each in a browser. */
const replaced = ['crypto', 'zlib', 'fs'];

/** Texts that the checks and the page read as files. */
const shippedFiles = (): Record<string, string> => {
  const read = (folder: string, names: readonly string[]) =>
    names.map((name): [string, string] => [
      `/${folder}${name}`,
      readFileSync(new URL(folder.replace(/^locales/, 'src/locales') + name, root), 'utf8'),
    ]);
  const contexts = readdirSync(new URL('contexts/', root)).filter((name) => name.endsWith('.json'));
  return Object.fromEntries([
    ...read('contexts/', contexts),
    ...['en/', 'fr/'].flatMap((language) =>
      read(`locales/${language}`, ['offline.json', 'verify.json', 'certificates.json']),
    ),
  ]);
};

const browserParts = (files: Record<string, string>): Plugin => ({
  name: 'browser-parts',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path }) => {
      const name = path.slice('node:'.length);
      if (replaced.includes(name))
        return { path: fileURLToPath(new URL(`replacements/node-${name}.ts`, page)), sideEffects: false };
      return { path: name, namespace: 'serversOnly', sideEffects: false };
    });
    onResolve({ filter: /^crypto$/ }, () => ({
      path: fileURLToPath(new URL('replacements/node-crypto.ts', page)),
      sideEffects: false,
    }));
    // Parts of `vc` that the page leaves out may name it; see `assertPortable`.
    onLoad({ filter: /.*/, namespace: 'serversOnly' }, () => ({ contents: 'module.exports = {};' }));
    onLoad({ filter: /replacements.shipped-files\.ts$/ }, () => ({
      contents: JSON.stringify(files),
      loader: 'json',
    }));
    // Modules of ours do nothing when they are merely imported: what the page does not use stays out of it.
    onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, importer }) =>
      importer.startsWith(fileURLToPath(new URL('src/', root)))
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    );
  },
});

/** @throws when the checks have come to need a built-in module that has no stand-in in a browser. */
const assertPortable = ({ outputs }: Metafile): void => {
  const needed = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => path.startsWith('serversOnly:') && bytesInOutput > 0)
    .map(([path]) => path.replace('serversOnly', 'node'));
  if (needed.length > 0)
    throw new Error(
      `no stand-in in the offline verifier for ${needed.join(', ')}: keep it out of the checks`,
    );
};

/** The script of the page: the checks of the service, its words and contexts, in one file. */
const bundle = async (): Promise<string> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('main.ts', page))],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent',
    define: {
      // Contexts lie two folders above `src/vc`: see `node-fs.ts`.
      'import.meta.url': '"file:///src/vc/module.ts"',
      'process.env.NODE_ENV': '"production"',
      global: 'globalThis',
    },
    inject: [fileURLToPath(new URL('replacements/buffer.ts', page))],
    plugins: [browserParts(shippedFiles())],
  });
  assertPortable(metafile);
  return outputFiles[0]?.text ?? '';
};

const filesUnder = (folder: URL): URL[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(new URL(`${entry.name}/`, folder)) : [new URL(entry.name, folder)],
  );

/** Changes with everything that may be in the bundle: our sources, the contexts, and the packages by their lock file. */
const fingerprint = (): string => {
  const hash = createHash('sha256');
  const folders = ['src/vc/', 'src/verifier/', 'src/platform/', 'src/web/', 'src/locales/', 'contexts/'];
  const files = [
    ...folders.flatMap((folder) => filesUnder(new URL(folder, root))),
    new URL('package-lock.json', root),
  ];
  for (const file of files) {
    try {
      hash
        .update(file.pathname.slice(root.pathname.length))
        .update('\0')
        .update(readFileSync(file))
        .update('\0');
    } catch {
      // A deployment without its lock file cannot change its packages either.
    }
  }
  return hash.digest('hex').slice(0, 24);
};

/**
 * The script, built on first demand and kept in the cache folder under the fingerprint of its sources. Two processes that
 * build at once write the same file.
 */
export const createBundle = (cacheDir: string): (() => Promise<string>) => {
  let kept: Promise<string> | undefined;
  const make = async (): Promise<string> => {
    const dir = join(cacheDir, 'offline-verifier');
    const file = join(dir, `${fingerprint()}.js`);
    const found = await readFile(file, 'utf8').catch(() => undefined);
    if (found) return found;
    const script = await bundle();
    await mkdir(dir, { recursive: true });
    await writeFile(`${file}.${process.pid}.tmp`, script);
    await rename(`${file}.${process.pid}.tmp`, file);
    return script;
  };
  return () => {
    kept ??= make().catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
};
