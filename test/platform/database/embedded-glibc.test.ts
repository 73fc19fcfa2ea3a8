import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { nodeForEngine, whyImpossible } from '../../../src/platform/database/embedded-runtime.ts';
import { EmbeddedUnavailable } from '../../../src/platform/database/embedded-unavailable.ts';
import { isTooOld, newerGlibc } from '../../../src/platform/database/newer-glibc.ts';

const refusal = (attempt: Promise<unknown>): Promise<Error> =>
  attempt.then(
    () => expect.fail('it went through'),
    (error: Error) => error,
  );

describe('the C library of the machine', () => {
  it('is too old below 2.38, compared by number', () => {
    expect(['2.4', '2.31', '2.36', '2.37', '1.99'].filter((version) => !isTooOld(version))).to.deep.equal([]);
    expect(['2.38', '2.39', '2.41', '2.100', '3.0'].filter(isTooOld)).to.deep.equal([]);
  });

  it('does not matter on macOS, and a new one is used as it is', async () => {
    const plain = { command: process.execPath, args: [] };
    for (const machine of [
      { platform: 'darwin', arch: 'arm64', glibc: undefined },
      { platform: 'linux', arch: 'x64', glibc: '2.41' },
      { platform: 'linux', arch: 'arm64', glibc: '2.39' },
    ]) {
      expect(await nodeForEngine('/nowhere', { machine })).to.deep.equal(plain);
    }
  });

  for (const [machine, missing] of [
    [{ platform: 'win32', arch: 'x64', glibc: undefined }, /Linux \(x64, arm64\) and macOS \(arm64\)/],
    [{ platform: 'darwin', arch: 'x64', glibc: undefined }, /this is darwin \(x64\)/],
    [{ platform: 'linux', arch: 'riscv64', glibc: '2.41' }, /this is linux \(riscv64\)/],
    [{ platform: 'linux', arch: 'x64', glibc: undefined }, /musl on Alpine/],
  ] as const) {
    it(`stops on ${machine.platform} ${machine.arch} ${machine.glibc ?? 'without glibc'} with the ways out`, async () => {
      expect(whyImpossible(machine)).to.match(missing);
      const error = await refusal(nodeForEngine('/nowhere', { machine }));
      expect(error).to.be.instanceOf(EmbeddedUnavailable);
      expect(error.message).to.match(missing).and.include('MONGODB_URI').and.include('compose.yaml');
    });
  }
});

describe('fetching a newer C library', function () {
  this.timeout(60_000);

  let root: string;
  let cacheDir: string;
  const path = process.env.PATH;
  const machine = () => ({ arch: 'x64', sourcesDir: join(root, 'apt'), osRelease: join(root, 'os-release') });
  const fetch = () => newerGlibc(cacheDir, '2.36', { machine: machine() });
  const put = async (name: string, text: string, mode = 0o644): Promise<void> => {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text, { mode });
  };
  const libraries = 'usr/lib/x86_64-linux-gnu';

  /** Stands for apt and dpkg: downloads empty packages, unpacks empty files, and counts how often it was asked. */
  const fakeTools = async ({
    files = 'ld-linux-x86-64.so.2 libc.so.6 libgcc_s.so.1 libstdc++.so.6',
  } = {}) => {
    await put(
      'bin/apt-get',
      `#!/bin/sh\necho "$1" >> ${root}/asked\n[ "$1" = update ] || : > libc6_2.deb\n`,
      0o755,
    );
    await put(
      'bin/dpkg',
      `#!/bin/sh\nmkdir -p "$3/${libraries}"\nfor f in ${files}; do : > "$3/${libraries}/$f"; done\n`,
      0o755,
    );
    process.env.PATH = `${join(root, 'bin')}:/usr/bin:/bin`;
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jinfo-glibc-'));
    cacheDir = join(root, 'cache');
    await put('os-release', 'ID=debian\nVERSION_CODENAME=bookworm\n');
    await put('apt/sources.list', 'deb http://127.0.0.1:1/debian bookworm main\n');
  });
  afterEach(async () => {
    process.env.PATH = path;
    await rm(root, { recursive: true, force: true });
  });

  it('puts the new libraries before the old ones', async () => {
    await fakeTools();
    const { loader, libraryPath } = await fetch();
    const folder = join(cacheDir, 'glibc/trixie-x86_64-linux-gnu', libraries);
    expect(loader).to.equal(join(folder, 'ld-linux-x86-64.so.2'));
    expect(libraryPath).to.equal(`${folder}:/${libraries}`);
    expect(await readdir(folder)).to.include('libc.so.6');
  });

  it('happens once: the folder is used again, also by those who came at the same moment', async () => {
    await fakeTools();
    const answers = await Promise.all([fetch(), fetch(), fetch()]);
    expect(new Set(answers.map(({ loader }) => loader)).size).to.equal(1);
    const asked = await readFile(join(root, 'asked'), 'utf8');
    await fetch();
    expect(await readFile(join(root, 'asked'), 'utf8')).to.equal(asked);
    expect(await readdir(join(cacheDir, 'glibc'))).to.deep.equal(['trixie-x86_64-linux-gnu']);
  });

  it('mends a folder from which somebody removed files', async () => {
    await fakeTools();
    const { loader } = await fetch();
    await rm(loader);
    await fetch();
    expect(await readdir(dirname(loader))).to.include('ld-linux-x86-64.so.2');
  });

  it('that brings too little leaves nothing that looks complete', async () => {
    await fakeTools({ files: 'libc.so.6' });
    const error = await refusal(fetch());
    expect(error.message).to.match(/the packages of trixie lack files/);
    expect(await readdir(join(cacheDir, 'glibc'))).to.deep.equal([]);
    await fakeTools();
    await fetch();
  });

  it('says that apt is missing where it is', async () => {
    process.env.PATH = join(root, 'empty');
    const error = await refusal(fetch());
    expect(error).to.be.instanceOf(EmbeddedUnavailable);
    expect(error.message)
      .to.match(/needs glibc 2\.38 or newer, this system has 2\.36, .* the program apt-get is missing\./)
      .and.include('MONGODB_URI')
      .and.include('compose.yaml');
  });

  it('says which systems it knows on any other', async () => {
    for (const text of ['ID=fedora\n', 'VERSION_CODENAME=buster\n', '']) {
      await put('os-release', text);
      expect((await refusal(fetch())).message).to.match(/Debian 11 and 12 and Ubuntu 22\.04/);
    }
  });

  it('says when the machine has no package source of its release', async () => {
    await put('apt/sources.list', 'deb https://elsewhere.example cloud-sdk-bookworm main\n');
    expect((await refusal(fetch())).message).to.match(/no package source of bookworm/);
  });

  it('repeats what apt says when the mirror cannot be reached', async function () {
    if (process.platform !== 'linux' || (await readdir('/etc/apt').catch(() => [])).length === 0) this.skip();
    const error = await refusal(fetch());
    expect(error.message).to.match(/fetching a newer one failed: apt says "[EW]: .*127\.0\.0\.1/);
    expect(await readdir(join(cacheDir, 'glibc'))).to.deep.equal([]);
  });
});
