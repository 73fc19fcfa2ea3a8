import { expect } from 'chai';
import mongoose, { type Model } from 'mongoose';
import { z } from 'zod';
import { addOutbox, carrying, createOutbox, type Outbox } from '../../../src/platform/database/outbox.ts';
import { defineEvent, type EventRecord, eventOf } from '../../../src/platform/events.ts';
import type { JobRequest } from '../../../src/platform/jobs/job.ts';
import { createJobStore, type JobStore } from '../../../src/platform/jobs/job-store.ts';
import { testDatabase } from '../test-database.ts';

type Thing = { _id: string; state: string; outbox?: EventRecord[] };

const Opened = defineEvent('Opened', z.strictObject({ id: z.string() }));
const at = new Date('2026-11-23T14:00:00Z');

describe('Outbox', () => {
  const database = testDatabase();
  let jobs: JobStore;
  let things: Model<Thing>;
  let outbox: Outbox;

  const owed = ({ id, name, payload }: EventRecord): JobRequest[] =>
    ['letter', 'audit'].map((key) => ({ key: `${id}:${key}`, name: `${name}/${key}`, payload }));
  const outboxWith = (enqueue: (requests: readonly JobRequest[]) => Promise<void>): Outbox => {
    const made = createOutbox({ jobsFor: owed, enqueue });
    made.watch(things as never);
    return made;
  };

  beforeEach(async () => {
    jobs = createJobStore(database.connection());
    const schema = new mongoose.Schema<Thing>(
      { _id: { type: String, required: true }, state: String },
      { collection: 'things', versionKey: false },
    );
    addOutbox(schema as never);
    things = database.connection().model<Thing>('Thing', schema);
    await database.prepare();
    outbox = outboxWith((requests) => jobs.enqueue(requests, at));
    await things.create({ _id: 'a', state: 'closed' });
  });
  afterEach(() => database.empty());

  const open = async () => {
    const event = eventOf(Opened, { id: 'a' }, at);
    await things.updateOne({ _id: 'a' }, { $set: { state: 'open' }, ...carrying(event) } as never);
    return event;
  };
  const waiting = async () => (await things.findById('a').lean())?.outbox ?? [];
  const keys = async () => (await jobs.list('due', 100)).map(({ key }) => key);

  it('turns an event into one job per reaction and takes it out of the document', async () => {
    const { id } = await open();
    expect(await outbox.relay()).to.equal(1);
    expect(await keys()).to.have.members([`${id}:letter`, `${id}:audit`]);
    expect(await waiting()).to.deep.equal([]);
    expect(await outbox.relay()).to.equal(0);
  });

  it('loses nothing when it is cut off between the jobs and the document, and repeats nothing', async () => {
    const { id } = await open();
    const cut = outboxWith(async (requests) => {
      await jobs.enqueue(requests, at);
      throw new Error('killed here');
    });
    await cut.relay().catch(() => undefined);
    expect(await waiting()).to.have.length(1);
    await outbox.relay();
    expect(await keys()).to.have.members([`${id}:letter`, `${id}:audit`]);
    expect(await waiting()).to.deep.equal([]);
  });

  it('keeps the event when the jobs could not be written', async () => {
    await open();
    const failing = outboxWith(async () => {
      throw new Error('no queue');
    });
    await failing.relay().catch(() => undefined);
    expect(await waiting()).to.have.length(1);
  });

  it('moves each event once when several servers relay at once', async () => {
    const events = [await open(), await open(), await open()];
    const others = [1, 2, 3].map(() => outboxWith((requests) => jobs.enqueue(requests, at)));
    await Promise.all(others.map((other) => other.relay()));
    expect(await keys()).to.have.length(events.length * 2);
    expect(await waiting()).to.deep.equal([]);
  });

  it('keeps an event that arrives while the older ones are moved', async () => {
    await open();
    let late: EventRecord | undefined;
    const slow = outboxWith(async (requests) => {
      await jobs.enqueue(requests, at);
      late ??= await open();
    });
    await slow.relay();
    expect((await waiting()).map(({ id }) => id)).to.deep.equal([late?.id]);
  });

  it('refuses an event whose payload is not what its kind declares', () => {
    expect(() => eventOf(Opened, { id: 'a', email: 'zoe@example.org' } as never, at)).to.throw();
  });
});
