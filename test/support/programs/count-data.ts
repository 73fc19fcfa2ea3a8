/** What lies in the database, counted without the service: `Counted` as JSON. */
import { readConfig } from '../../../src/platform/config.ts';
import { openDatabase } from '../../../src/platform/database/open.ts';
import type { Counted } from '../counted.ts';

const { connection, close } = await openDatabase(readConfig().database);
const of = (name: string) => connection.collection(name);

const countBy = async (name: string, field: string): Promise<Record<string, number>> => {
  const rows = await of(name)
    .aggregate<{ _id: string; n: number }>([{ $group: { _id: `$${field}`, n: { $sum: 1 } } }])
    .toArray();
  return Object.fromEntries(rows.map(({ _id, n }) => [_id, n]));
};

const repeated = (values: readonly string[]): number => values.length - new Set(values).size;

type Bit = { purpose: string; list: string; index: number };
const nameOf = ({ list, index }: Bit): string => `${list}:${index}`;

const certificates = await of('certificates')
  .find<{ _id: unknown; enrolmentId: string; status?: readonly Bit[] }>(
    {},
    { projection: { enrolmentId: 1, status: 1 } },
  )
  .toArray();
const entries = await of('status_entries').find<Bit & { certificate: string }>({}).toArray();
const held = new Set(entries.map((entry) => `${entry.certificate} ${entry.purpose} ${nameOf(entry)}`));
const signed = certificates.flatMap(({ _id, status = [] }) => status.map((bit) => ({ _id, bit })));

const counted: Counted = {
  certificates: await countBy('certificates', 'state'),
  enrolmentsTwice: repeated(certificates.map(({ enrolmentId }) => enrolmentId)),
  completed: await of('enrolments').countDocuments({ state: 'completed' }),
  statusEntries: entries.length,
  bitsTwice: repeated(entries.map(nameOf)) + repeated(signed.map(({ bit }) => nameOf(bit))),
  bitsUnheld: signed.filter(({ _id, bit }) => !held.has(`${_id} ${bit.purpose} ${nameOf(bit)}`)).length,
  jobs: await countBy('jobs', 'state'),
  letters: await of('mail_outbox').countDocuments({}),
};
await close();
console.log(JSON.stringify(counted));
