import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import MongoStore from 'connect-mongo';
import mongoose from 'mongoose';
import { isDuplicate } from '../../../src/platform/database/duplicates.ts';
import { type Database, ensureIndexes, openDatabase } from '../../../src/platform/database/open.ts';
import { cacheDir, throwAwayDir } from './embedded-support.ts';

type Seat = { _id: string; row?: string; takenAt?: Date };

describe('the opened database', function () {
  this.timeout(60_000);

  let dir: string;
  let database: Database;
  let seats: mongoose.Model<Seat>;
  const schema = new mongoose.Schema<Seat>(
    { _id: String, row: { type: String, index: { unique: true } }, takenAt: Date },
    { versionKey: false, collection: 'seats' },
  );
  before(async () => {
    dir = await throwAwayDir();
    database = await openDatabase({ kind: 'embedded', dir, cacheDir });
    seats = database.connection.model<Seat>('Seat', schema);
  });
  beforeEach(async () => {
    await database.connection.dropDatabase();
  });
  after(async () => {
    await database.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('is a connection of its own, named jinfo', () => {
    expect(database.connection.name).to.equal('jinfo');
    expect(database.connection).to.not.equal(mongoose.connection);
    expect(mongoose.connection.readyState).to.equal(0);
    expect(database.description).to.include(dir);
  });

  it('answers a ping while it is open, and says no afterwards', async () => {
    const second = await openDatabase({ kind: 'embedded', dir, cacheDir });
    expect(await second.ping()).to.equal(true);
    await second.close();
    expect(await second.ping()).to.equal(false);
    expect(await database.ping()).to.equal(true);
  });

  it('writes no index until asked, then all of them', async () => {
    await seats.create({ _id: 'a', row: '1' });
    expect(await seats.collection.indexes()).to.have.length(1);
    await ensureIndexes(database.connection);
    await ensureIndexes(database.connection);
    expect((await seats.collection.indexes()).map(({ name }) => name)).to.deep.equal(['_id_', 'row_1']);
  });

  it('names the collection whose data stands in the way of a unique index', async () => {
    await seats.create([
      { _id: 'a', row: '1' },
      { _id: 'b', row: '1' },
    ]);
    const refused = await ensureIndexes(database.connection).catch((error: Error) => error.message);
    expect(refused).to.match(/^Indexes of seats cannot be made: .*duplicate key/);
  });

  it('lets one of many win a race for a unique value', async () => {
    await ensureIndexes(database.connection);
    const attempts = Array.from({ length: 50 }, (_, n) => seats.create({ _id: `${n}`, row: '7' }));
    const outcomes = await Promise.allSettled(attempts);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).to.have.length(49);
    expect(lost.every(({ reason }) => isDuplicate(reason))).to.equal(true);
    expect(await seats.countDocuments({ row: '7' })).to.equal(1);
  });

  describe('durability', () => {
    /** How often the engine has forced its journal to the disk. */
    const syncs = async (): Promise<number> => {
      const status = await database.connection.db!.admin().command({ serverStatus: 1 });
      return status.wiredTiger.log['log sync operations'];
    };
    const syncsOf = async (write: (n: number) => Promise<unknown>): Promise<number> => {
      const before = await syncs();
      for (let n = 0; n < 30; n += 1) await write(n);
      return (await syncs()) - before;
    };

    it('has the journal on the disk before each acknowledgement, through Mongoose and the plain driver', async () => {
      const plain = () => database.connection.collection('plain');
      expect(await syncsOf((n) => seats.create({ _id: `${n}`, row: `${n}` }))).to.be.at.least(30);
      expect(
        await syncsOf((n) => seats.updateOne({ _id: `${n}` }, { $set: { row: `r${n}` } })),
      ).to.be.at.least(30);
      expect(
        await syncsOf((n) => seats.findOneAndUpdate({ _id: `${n}` }, { $unset: { row: 1 } })),
      ).to.be.at.least(30);
      expect(await syncsOf((n) => plain().insertOne({ n }))).to.be.at.least(30);
    });

    it('would not without being asked to: the measure can tell', async () => {
      const plain = database.connection.collection('plain');
      expect(await syncsOf((n) => plain.insertOne({ n }, { writeConcern: { w: 1 } }))).to.be.below(15);
    });
  });

  describe('filters', () => {
    it('refuse a field that the schema does not know, instead of matching everything', async () => {
      const refused = await seats
        .countDocuments({ collour: 'red' } as never)
        .catch((error: Error) => error.name);
      expect(refused).to.equal('StrictModeError');
    });

    it('refuse an operator that came in from outside, and obey one of ours', async () => {
      await seats.create({ _id: 'a', row: '1' });
      const fromOutside = JSON.parse('{"row": {"$ne": "x"}}') as { row: string };
      const refused = await seats.countDocuments(fromOutside).catch((error: Error) => error.name);
      expect(refused).to.equal('CastError');
      expect(await seats.countDocuments({ row: mongoose.trusted({ $ne: 'x' }) })).to.equal(1);
    });
  });

  it('carries web sessions through the same client', async () => {
    const store = MongoStore.create({
      client: database.connection.getClient() as never,
      dbName: database.connection.name,
      collectionName: 'sessions',
      autoRemove: 'interval',
      stringify: false,
    });
    const session = { cookie: { originalMaxAge: 60_000 }, cart: ['course'] };
    const done = <T>(
      run: (callback: (error: unknown, value?: T | null) => void) => void,
    ): Promise<T | null | undefined> =>
      new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));
    try {
      await done((callback) => store.set('one', session as never, callback));
      const found = await done<unknown>((callback) => store.get('one', callback as never));
      expect(found).to.deep.include({ cart: ['course'] });
      await done((callback) => store.destroy('one', callback));
      expect(await done<unknown>((callback) => store.get('one', callback as never))).to.equal(null);
    } finally {
      clearInterval((store as unknown as { timer?: NodeJS.Timeout }).timer);
    }
  });

  it('needs no sessions of the server: writes, upserts and bulk writes go through', async () => {
    await seats.bulkWrite([
      { insertOne: { document: { _id: 'a', row: '1' } } },
      { updateOne: { filter: { _id: 'b' }, update: { $set: { row: '2' } }, upsert: true } },
    ]);
    expect(await seats.countDocuments()).to.equal(2);
  });

  describe('on a server', () => {
    /** The embedded engine stands in for the operator's server: to the driver it is a standalone MongoDB. */
    const server = (path: string): string =>
      database.uri.replace('/jinfo?', path).replace('&retryWrites=false', '');

    for (const [path, name] of [
      ['/school?', 'school'],
      ['/?', 'jinfo'],
    ] as const) {
      it(`uses the database ${name} for an address that ends in ${path}`, async () => {
        const opened = await openDatabase({ kind: 'server', uri: server(path) });
        try {
          expect(opened.connection.name).to.equal(name);
          expect(opened.connection.getClient().options.writeConcern).to.include({ w: 'majority', j: true });
          await opened.connection.collection('notes').insertOne({ name });
          expect(await opened.ping()).to.equal(true);
        } finally {
          await opened.close();
        }
      });
    }

    it('that cannot be reached is named, without its password', async () => {
      const uri = 'mongodb://jinfo:hunter2@127.0.0.1:1/jinfo?serverSelectionTimeoutMS=300';
      const refused = await openDatabase({ kind: 'server', uri }).catch((error: Error) => error.message);
      expect(refused).to.match(/^The database at 127\.0\.0\.1:1 \(MONGODB_URI\) cannot be used: /);
      expect(refused).to.not.include('hunter2');
    });
  });
});
