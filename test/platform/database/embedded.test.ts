import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { holdEngine } from '../../../src/platform/database/embedded.ts';
import { type Database, openDatabase } from '../../../src/platform/database/open.ts';
import { silentLogger } from '../../../src/platform/logger.ts';
import {
  cacheDir,
  enginePid,
  filesOfEngine,
  type Holder,
  isAlive,
  startHolder,
  throwAwayDir,
  until,
} from './embedded-support.ts';

describe('the embedded engine', function () {
  // The first run of a machine may have to fetch a newer C library.
  this.timeout(60_000);

  let dir: string;
  let opened: Database[];
  let holders: Holder[];
  const open = async (): Promise<Database> => {
    const database = await openDatabase({ kind: 'embedded', dir, cacheDir });
    opened.push(database);
    return database;
  };
  const start = async (): Promise<Holder> => {
    const holder = await startHolder(dir);
    holders.push(holder);
    return holder;
  };
  const names = async (database: Database): Promise<string[]> =>
    (await database.connection.collection('notes').find().sort({ name: 1 }).toArray()).map(
      ({ name }) => name,
    );

  beforeEach(async () => {
    dir = await throwAwayDir();
    opened = [];
    holders = [];
  });

  afterEach(async () => {
    for (const { process: child } of holders) child.kill('SIGKILL');
    for (const database of opened) await database.close();
    // A killed one may still be writing.
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('keeps what was written for the next start', async () => {
    const first = await open();
    await first.connection.collection('notes').insertOne({ name: 'kept' });
    await first.close();
    expect(await names(await open())).to.deep.equal(['kept']);
  });

  it('leaves no process, socket or lock behind when closed', async () => {
    const database = await open();
    const pid = enginePid(dir);
    expect(isAlive(pid)).to.equal(true);
    await database.close();
    await until(() => !isAlive(pid));
    expect(filesOfEngine(dir)).to.deep.equal([]);
  });

  it('ends when the process that started it is killed, and the data is there', async () => {
    const holder = await start();
    await holder.write('before the kill');
    const pid = enginePid(dir);
    await holder.end('SIGKILL');
    await until(() => !isAlive(pid));
    expect(filesOfEngine(dir)).to.deep.equal([]);
    expect(await names(await open())).to.deep.equal(['before the kill']);
  });

  it('ends when its parent dies before holding it', async () => {
    // Stands for a web process killed while the engine was opening: the pipe is all the engine ever gets from it.
    const { nodeForEngine } = await import('../../../src/platform/database/embedded-runtime.ts');
    const { command, args } = await nodeForEngine(cacheDir);
    const engine = spawn(command, [...args, 'src/platform/database/engine.ts', dir], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    engine.stdin.end();
    await until(() => engine.exitCode !== null);
    expect(engine.exitCode).to.equal(0);
    expect(filesOfEngine(dir)).to.deep.equal([]);
  });

  it('is shared by a second process', async () => {
    const holder = await start();
    const database = await open();
    await holder.write('by the other');
    expect(database.uri).to.equal(holder.uri);
    expect(await names(database)).to.deep.equal(['by the other']);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    it(`outlives the process that started it while another holds it (${signal})`, async () => {
      const starter = await start();
      const other = await start();
      const pid = enginePid(dir);
      await starter.end(signal);
      await other.write('after the starter');
      expect(enginePid(dir)).to.equal(pid);
      expect(await other.end('SIGTERM')).to.equal(0);
      await until(() => !isAlive(pid));
      expect(filesOfEngine(dir)).to.deep.equal([]);
    });
  }

  it('is one when several processes start at the same moment', async () => {
    const all = await Promise.all([start(), start(), start(), open()]);
    expect(new Set(all.map(({ uri }) => uri)).size).to.equal(1);
    await Promise.all(holders.map((holder, index) => holder.write(`note ${index}`)));
    expect(await names(opened[0]!)).to.deep.equal(['note 0', 'note 1', 'note 2']);
  });

  it('starts over what a killed engine and a killed process left lying about', async () => {
    const holder = await start();
    await holder.write('survivor');
    const pid = enginePid(dir);
    holder.process.kill('SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await holder.end('SIGKILL');
    await until(() => !isAlive(pid));
    expect(filesOfEngine(dir)).to.include.members(['engine.json', 'lease.sock', 'mongodb.sock']);
    const database = await open();
    expect(await names(database)).to.deep.equal(['survivor']);
    expect(enginePid(dir)).to.not.equal(pid);
    expect(filesOfEngine(dir).filter((name) => name.startsWith('embedded-mongodb-'))).to.have.length(1);
  });

  it('loses no acknowledged write when it is killed, and comes back by itself', async () => {
    const database = await open();
    const notes = database.connection.collection('notes');
    const pid = enginePid(dir);
    const acknowledged: number[] = [];
    let killed = false;
    const writer = async (offset: number): Promise<void> => {
      for (let n = offset; !killed; n += 10) {
        const done = await notes.insertOne({ n }).catch(() => undefined);
        if (done) acknowledged.push(n);
      }
    };
    const writers = Array.from({ length: 10 }, (_, offset) => writer(offset));
    await until(() => acknowledged.length > 1000);
    process.kill(pid, 'SIGKILL');
    killed = true;
    await Promise.all(writers);

    const found = new Set((await notes.find().toArray()).map(({ n }) => n as number));
    expect(acknowledged.filter((n) => !found.has(n))).to.deep.equal([]);
    expect(acknowledged.length).to.be.greaterThan(1000);
    expect(enginePid(dir)).to.not.equal(pid);
    expect(await database.ping()).to.equal(true);
  });

  it('told to stop, waits for the processes that hold it and then ends cleanly', async () => {
    const database = await open();
    const pid = enginePid(dir);
    process.kill(pid, 'SIGTERM');
    await database.connection.collection('notes').insertOne({ name: 'last request' });
    await database.close();
    await until(() => !isAlive(pid));
    expect(filesOfEngine(dir)).to.deep.equal([]);
    expect(await names(await open())).to.deep.equal(['last request']);
  });

  it('says whose a directory is that a program holds without sharing it', async () => {
    const database = await open();
    await rm(join(dir, 'run/lease.sock'));
    const refused = await holdEngine({ dir, cacheDir, logger: silentLogger, patience: 300 }).catch(
      (error: Error) => error.message,
    );
    expect(refused).to.match(/in use by a program that does not share it \(process \d+\)/);
    expect(refused).to.include(dir);
    expect(await database.ping()).to.equal(true);
  });

  it('opens a directory deeper than the path of a socket may be long', async () => {
    const deep = join(dir, 'd'.repeat(70), 'e'.repeat(70));
    const before = process.cwd();
    process.chdir(dir);
    try {
      const engine = await holdEngine({ dir: join(deep, '..'), cacheDir, logger: silentLogger });
      await engine.close();
      const refused = await holdEngine({ dir: deep, cacheDir, logger: silentLogger }).catch(
        (error: Error) => error.message,
      );
      expect(refused).to.match(/too long for the database's socket/);
    } finally {
      process.chdir(before);
    }
  });
});
