import type { Model, Schema } from 'mongoose';
import mongoose from 'mongoose';
import type { EventRecord } from '../events.ts';
import type { JobRequest } from '../jobs/job.ts';

/** What a document carries when events ride in it. */
export type WithOutbox = { outbox?: EventRecord[] };

/** Gives a schema its outbox: events pushed by the same single-document update that made them true. */
export const addOutbox = (schema: Schema): void => {
  schema.add({ outbox: { type: [mongoose.Schema.Types.Mixed], default: undefined } });
  schema.index({ 'outbox.id': 1 }, { sparse: true });
};

/** `$push` for an update that makes an event true: `updateOne(filter, { $set: …, ...carrying(event) })`. */
export const carrying = (...events: readonly EventRecord[]) => ({
  $push: { outbox: { $each: [...events] } },
});

export type Outbox = {
  /** Stores name their collections once, when they are built. */
  watch(model: Model<never>): void;
  /** Turns every waiting event into its jobs; answers how many events it moved. Safe to repeat and to race. */
  relay(): Promise<number>;
  /** A use case has just written an event: relay soon, without waiting for the next sweep. */
  poke(): void;
  /** The worker asks to be woken by `poke`. */
  onPoke(wake: () => void): void;
};

type RelayDeps = {
  jobsFor(event: EventRecord): readonly JobRequest[];
  enqueue(requests: readonly JobRequest[]): Promise<void>;
};

const batch = 200;

/**
 * The relay between a changed document and the queue. Order of writes: first the jobs (unique keys make a repetition
 * harmless), then the event leaves the document. A cut in between repeats the first step, never loses it.
 */
export const createOutbox = (deps: RelayDeps): Outbox => {
  const models: Model<WithOutbox>[] = [];
  let wakeUp: () => void = () => undefined;

  const relayDocument = async (model: Model<WithOutbox>, id: unknown, events: readonly EventRecord[]) => {
    await deps.enqueue(events.flatMap((event) => deps.jobsFor(event)));
    const ids = events.map((event) => event.id);
    await model.collection.updateOne(
      { _id: id as never },
      { $pull: { outbox: { id: { $in: ids } } } as never },
    );
  };

  const relayModel = async (model: Model<WithOutbox>): Promise<number> => {
    const waiting = await model.collection
      .find({ 'outbox.id': { $exists: true } }, { projection: { outbox: 1 }, limit: batch })
      .toArray();
    let moved = 0;
    for (const document of waiting) {
      const events = (document.outbox ?? []) as EventRecord[];
      await relayDocument(model, document._id, events);
      moved += events.length;
    }
    return moved;
  };

  /** Asked of all collections at once: with the embedded engine a question costs a millisecond, whatever it asks. */
  const withWaiting = async (): Promise<Model<WithOutbox>[]> => {
    const [first, ...others] = models;
    if (!first) return [];
    const anyOf = ({ collection: { collectionName } }: Model<WithOutbox>) => [
      { $match: { 'outbox.id': { $exists: true } } },
      { $limit: 1 },
      { $project: { _id: 0, from: { $literal: collectionName } } },
    ];
    const found = await first.collection
      .aggregate<{ from: string }>([
        ...anyOf(first),
        ...others.map((model) => ({
          $unionWith: { coll: model.collection.collectionName, pipeline: anyOf(model) },
        })),
      ])
      .toArray();
    const names = new Set(found.map(({ from }) => from));
    return models.filter(({ collection }) => names.has(collection.collectionName));
  };

  return {
    watch: (model) => {
      models.push(model as unknown as Model<WithOutbox>);
    },
    relay: async () => {
      let moved = 0;
      for (const model of await withWaiting()) moved += await relayModel(model);
      return moved;
    },
    poke: () => wakeUp(),
    onPoke: (wake) => {
      wakeUp = wake;
    },
  };
};
