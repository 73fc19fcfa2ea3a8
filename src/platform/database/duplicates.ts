import mongoose from 'mongoose';

const duplicateKey = 11000;

/** Whether a write lost a race that a unique index decided. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === duplicateKey;

/** Awaits an unordered bulk write and forgives exactly the duplicates: what is there already is what was wanted. */
export const ignoringDuplicates = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write;
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoBulkWriteError) {
      const others = [error.writeErrors].flat().filter((fault) => fault.code !== duplicateKey);
      if (others.length === 0 && !error.result.getWriteConcernError()) return;
    }
    if (isDuplicate(error)) return;
    throw error;
  }
};
