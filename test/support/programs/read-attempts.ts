/** `read-attempts.ts`: every attempt with the numbers of its saves, read from the database as it is. */
import { readConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';

type Stored = {
  _id: string;
  state: string;
  deadlineAt: Date;
  submittedAt?: Date;
  submittedBy?: string;
  saves?: { seq: number }[];
  answers?: Record<string, { seq: number }>;
};

const database = await openDatabase(readConfig().database);
const found = await database.connection.collection<Stored>('attempts').find({}).toArray();
await database.close();
console.log(
  JSON.stringify(
    found.map(({ _id: id, state, deadlineAt, submittedAt, submittedBy, saves = [], answers = {} }) => ({
      id,
      state,
      deadlineAt,
      submittedAt,
      submittedBy,
      seqs: saves.map(({ seq }) => seq),
      answers: Object.fromEntries(Object.entries(answers).map(([slot, { seq }]) => [slot, seq])),
    })),
  ),
);
