import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A browser program, and what its environment needs beside the ordinary. */
export type UnpackedBrowser = { executable: string; environment: Readonly<Record<string, string>> };

/** `@sparticuz/chromium` holds a headless shell for Linux on x86-64 only. */
export const hasShippedBrowser = (): boolean => process.platform === 'linux' && process.arch === 'x64';

/**
 * The browser that comes inside the npm package, unpacked (about two seconds, 200 MB) when `dir` doesn't hold this version
 * yet. The package takes any file that already bears the right name, so it unpacks into a fresh private folder, which
 * then gets its final name in one step: two processes that start together never run half a browser.
 */
export const unpackShippedBrowser = async (dir: string): Promise<UnpackedBrowser> => {
  const home = join(dir, `browser-${shippedVersion()}`);
  if (!existsSync(join(home, 'chromium'))) await unpackInto(dir, home);
  await writeFile(join(home, 'fonts.conf'), fontSettings(home));
  return {
    executable: join(home, 'chromium'),
    // nss, nspr and expat of the package, for hosts that lack them.
    environment: { LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_FILE: join(home, 'fonts.conf') },
  };
};

const shippedVersion = (): string => {
  const manifest = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
};

const unpackInto = async (dir: string, home: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const fresh = await mkdtemp(join(dir, 'unpacking-'));
  try {
    await run(process.execPath, [fileURLToPath(new URL('unpack-browser.ts', import.meta.url))], {
      // The name of a Lambda runtime makes the package unpack its libraries too.
      env: { TMPDIR: fresh, HOME: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    });
    await rename(fresh, home);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was faster: a folder with content can't be replaced by rename (ENOTEMPTY).
    if (!existsSync(join(home, 'chromium'))) throw error;
  }
};

/** The package's own settings name folders of a Lambda. Our documents embed their fonts; this is for the rest. */
const fontSettings = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${xml(join(home, 'fonts'))}</dir>
  <cachedir>${xml(join(home, 'fonts-cache'))}</cachedir>
</fontconfig>
`;
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
