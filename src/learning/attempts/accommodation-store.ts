import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../../platform/database/duplicates.ts';
import { addOutbox, carrying, type Outbox } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import { type Accommodation, accommodationReasons, type Incident, incidentReasons } from './accommodation.ts';

type AccommodationDocument = Omit<Accommodation, 'id'> & { _id: string };
type IncidentDocument = Omit<Incident, 'id'> & { _id: string };

const accommodationSchema = new mongoose.Schema<AccommodationDocument>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    enrolmentId: String,
    percent: { type: Number, required: true },
    extraMinutes: { type: Number, required: true },
    extraAttempts: { type: Number, required: true },
    reason: { type: String, enum: accommodationReasons, required: true },
    grantedBy: { type: String, required: true },
    grantedAt: { type: Date, required: true },
    validUntil: Date,
    withdrawnAt: Date,
  },
  { collection: 'accommodations', versionKey: false },
).index({ accountId: 1, grantedAt: 1 });
addOutbox(accommodationSchema);

const incidentSchema = new mongoose.Schema<IncidentDocument>(
  {
    _id: { type: String, required: true },
    courseId: { type: String, required: true },
    activityId: { type: String, required: true },
    attemptId: String,
    minutes: { type: Number, required: true },
    reason: { type: String, enum: incidentReasons, required: true },
    by: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'test_incidents', versionKey: false },
).index({ at: -1 });
addOutbox(incidentSchema);

const plain = <D extends { _id: string }>(document: D & { outbox?: unknown }) => {
  const { _id, outbox: _outbox, ...fields } = document;
  return { id: _id, ...fields };
};

/** What staff has granted: to a person, or to everybody who sat a test during an incident. */
export const createAccommodationStore = (connection: Connection, outbox: Outbox) => {
  const accommodations = connection.model<AccommodationDocument>('Accommodation', accommodationSchema);
  const incidents = connection.model<IncidentDocument>('TestIncident', incidentSchema);
  outbox.watch(accommodations as never);
  outbox.watch(incidents as never);

  return {
    /** Oldest first. */
    ofAccount: async (accountId: string): Promise<Accommodation[]> => {
      const found = await accommodations.find({ accountId }, { outbox: 0 }).sort({ grantedAt: 1 }).lean();
      return found.map((one) => plain(one) as Accommodation);
    },

    byId: async (id: string): Promise<Accommodation | undefined> => {
      const found = await accommodations.findById(id, { outbox: 0 }).lean();
      return found ? (plain(found) as Accommodation) : undefined;
    },

    grant: async ({ id, ...fields }: Accommodation, event: EventRecord): Promise<void> => {
      await accommodations.create({ _id: id, ...fields, outbox: [event] } as never);
    },

    /** Answers false when it was withdrawn before. */
    withdraw: async (id: string, at: Date, event: EventRecord): Promise<boolean> => {
      const changed = await accommodations.updateOne(
        { _id: id, withdrawnAt: mongoose.trusted({ $exists: false }) },
        { $set: { withdrawnAt: at }, ...carrying(event) },
      );
      return changed.modifiedCount === 1;
    },

    /** Answers false when an incident of this id is there already: the button was pressed twice. */
    noteIncident: async ({ id, ...fields }: Incident, event: EventRecord): Promise<boolean> => {
      try {
        await incidents.create({ _id: id, ...fields, outbox: [event] } as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    },

    incident: async (id: string): Promise<Incident | undefined> => {
      const found = await incidents.findById(id, { outbox: 0 }).lean();
      return found ? (plain(found) as Incident) : undefined;
    },

    /** Newest first. */
    incidents: async (limit: number): Promise<Incident[]> => {
      const found = await incidents.find({}, { outbox: 0 }).sort({ at: -1 }).limit(limit).lean();
      return found.map((one) => plain(one) as Incident);
    },

    countOf: (accountId: string): Promise<number> => accommodations.countDocuments({ accountId }),
    forget: async (accountId: string): Promise<number> =>
      (await accommodations.deleteMany({ accountId })).deletedCount,
  };
};

export type AccommodationStore = ReturnType<typeof createAccommodationStore>;
