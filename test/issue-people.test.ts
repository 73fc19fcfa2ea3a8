import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { issuePeople } from '../src/issue-people.ts';
import { freeCourse, openWorld, type World } from './support/world.ts';

const header = 'given name,family name,e-mail,language,awarded on';

describe('npm run issue', function () {
  this.timeout(60_000);
  let world: World;
  let dir: string;
  before(async () => {
    world = await openWorld();
    dir = await mkdtemp(join(tmpdir(), 'people-'));
  });
  after(async () => {
    await world.close();
    await rm(dir, { recursive: true, force: true });
  });

  const fileOf = async (...rows: string[]): Promise<string> => {
    const path = join(dir, 'people.csv');
    await writeFile(path, [header, ...rows].join('\n'));
    return path;
  };

  /** As typed at a prompt, on the data of the running service; what it writes where, and how it ends. */
  const typed = async (...args: string[]) => {
    const said = { out: '', err: '' };
    const { stdout, stderr } = process;
    const writes = { out: stdout.write, err: stderr.write };
    const keep = (to: 'out' | 'err') => (chunk: string | Uint8Array) => {
      said[to] += String(chunk);
      return true;
    };
    stdout.write = keep('out');
    stderr.write = keep('err');
    try {
      await issuePeople(args)(world.modules.platform.config);
      return { ...said, code: process.exitCode ?? 0 };
    } finally {
      stdout.write = writes.out;
      stderr.write = writes.err;
      process.exitCode = 0;
    }
  };
  const issued = () => world.modules.platform.database.connection.collection('certificates').countDocuments();

  it('says how it is used, and what is wrong with the file, on the standard error', async () => {
    for (const args of [
      [],
      ['people.csv'],
      ['a.csv', 'b.csv', '--achievement', freeCourse],
      ['--nonsense'],
    ]) {
      const { out, err, code } = await typed(...args);
      expect([out, code]).to.deep.equal(['', 1]);
      expect(err).to.match(/^npm run issue -- <people\.csv>/);
    }
    const missing = await typed(join(dir, 'nothing.csv'), '--achievement', freeCourse);
    expect(missing.code).to.equal(1);
    expect(missing.err).to.include('nothing.csv').and.not.include(' at ');
    const path = await fileOf('Ada,<b>,nowhere,en,2026-11-20');
    const faulty = await typed(path, '--achievement', freeCourse, '--yes');
    expect(faulty.code).to.equal(1);
    expect(faulty.err)
      .to.match(/^row 2, Family name, /m)
      .and.match(/^row 2, E-mail, /m);
    expect(await issued()).to.equal(0);
  });

  it('issues nothing on a dry run, and with --yes once: numbers and addresses on the standard output', async () => {
    const path = await fileOf(
      'Ada,Lovelace,ada@example.org,en,2026-11-20',
      ',Zoé,zoe@example.org,fr,2026-11-20',
    );
    const dry = await typed(path, '--achievement', freeCourse, '--dry-run');
    expect([dry.code, dry.out, await issued()]).to.deep.equal([0, '', 0]);
    expect(dry.err).to.include('2 people').and.include('2 certificates to issue');

    const { code, out, err } = await typed(path, '--achievement', freeCourse, '--yes');
    expect([code, await issued()], err).to.deep.equal([0, 2]);
    const [head, ...lines] = out.trim().split(/\r?\n/);
    expect(head).to.match(/row,holder,number,address,state$/);
    expect(lines.map((line) => line.split(',')[1])).to.deep.equal(['Ada Lovelace', 'Zoé']);
    const number = /\/v\/(\w{28})/.exec(lines[0] ?? '')?.[1] ?? '';
    expect(await world.modules.issuer.certificate(number)).to.include({
      state: 'valid',
      holderName: 'Ada Lovelace',
    });

    const again = await typed(path, '--achievement', freeCourse, '--yes');
    expect([again.code, await issued()]).to.deep.equal([0, 2]);
    expect(again.err).to.include('This address holds the certificate already');
  });
});
