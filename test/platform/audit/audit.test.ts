import { expect } from 'chai';
import { type Audit, createAudit } from '../../../src/platform/audit/audit.ts';
import { movableClock } from '../movable-clock.ts';
import { testDatabase } from '../test-database.ts';

const entry = (key: string) => ({ key, actor: 'ana', action: 'RoleGranted', target: `account:${key}` });

describe('Audit trail', () => {
  const database = testDatabase();
  const clock = movableClock();
  let audit: Audit;
  const stored = () =>
    database.connection().collection<{ _id: number; [field: string]: unknown }>('audit_events');

  beforeEach(async () => {
    audit = createAudit(database.connection(), clock);
    await database.prepare();
  });
  afterEach(() => database.empty());

  const write = async (count: number): Promise<void> => {
    for (let index = 1; index <= count; index += 1) {
      await audit.append({
        ...entry(`k${index}`),
        reason: 'duties',
        details: { role: 'billing', count: index },
      });
      clock.advance(1);
    }
  };

  it('is an unbroken chain of what was appended, and empty at first', async () => {
    expect(await audit.verify()).to.deep.equal({ length: 0 });
    await write(5);
    expect(await audit.verify()).to.deep.equal({ length: 5 });
  });

  it('keeps every kind of entry as it was hashed: without reason or details, with empty details', async () => {
    await audit.append(entry('bare'));
    await audit.append({ ...entry('empty'), details: {} });
    await audit.append({
      ...entry('full'),
      reason: 'é è « » 漢字',
      details: { yes: true, n: 1.5, text: '' },
    });
    expect(await audit.verify()).to.deep.equal({ length: 3 });
  });

  it('records a repeated key once', async () => {
    await audit.append(entry('same'));
    await audit.append({ ...entry('same'), actor: 'somebody-else' });
    const [first, ...others] = await audit.list({ limit: 10 });
    expect(others).to.deep.equal([]);
    expect(first).to.include({ seq: 1, actor: 'ana' });
  });

  for (const [field, value] of [
    ['actor', 'bob'],
    ['action', 'Nothing'],
    ['target', 'account:other'],
    ['reason', 'another'],
    ['at', new Date('2020-01-01')],
    ['details', { role: 'administrator', count: 3 }],
    ['key', 'other-key'],
    ['hash', 'f'.repeat(64)],
    ['prevHash', 'f'.repeat(64)],
  ] as const) {
    it(`shows where the ${field} of a record was changed`, async () => {
      await write(5);
      await stored().updateOne({ _id: 3 }, { $set: { [field]: value } });
      expect(await audit.verify()).to.deep.equal({ length: 2, brokenAt: 3 });
    });
  }

  it('shows where a record was removed, at the beginning too', async () => {
    await write(5);
    await stored().deleteOne({ _id: 3 });
    expect((await audit.verify()).brokenAt).to.equal(3);
    await stored().deleteOne({ _id: 1 });
    expect((await audit.verify()).brokenAt).to.equal(1);
  });

  it('shows where a record was inserted, even with a copied hash', async () => {
    await write(3);
    const second = await stored().findOne({ _id: 2 });
    await stored().insertOne({ ...second, _id: 2.5, key: 'inserted' });
    expect((await audit.verify()).brokenAt).to.equal(3);
  });

  it('shows a forged record that was put at the end without its place in the chain', async () => {
    await write(3);
    const last = await stored().findOne({ _id: 3 });
    await stored().insertOne({ ...last, _id: 4, key: 'forged' });
    expect((await audit.verify()).brokenAt).to.equal(4);
  });

  it('shows two records that were exchanged', async () => {
    await write(4);
    const second = await stored().findOne({ _id: 2 });
    const third = await stored().findOne({ _id: 3 });
    await stored().deleteMany({ _id: { $in: [2, 3] } });
    await stored().insertMany([
      { ...third, _id: 2 },
      { ...second, _id: 3 },
    ]);
    expect((await audit.verify()).brokenAt).to.equal(2);
  });

  it('stays one chain when several writers append at once', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `w${index}`);
    await Promise.all(keys.map((key) => audit.append(entry(key))));
    expect(await audit.verify()).to.deep.equal({ length: 30 });
    const records = await audit.list({ limit: 100 });
    expect(records.map(({ key }) => key)).to.have.members(keys);
  });

  it('lists the newest first, page by page, and by what was touched', async () => {
    await write(5);
    expect((await audit.list({ limit: 2 })).map(({ seq }) => seq)).to.deep.equal([5, 4]);
    expect((await audit.list({ limit: 2, before: 4 })).map(({ seq }) => seq)).to.deep.equal([3, 2]);
    expect((await audit.list({ limit: 9, target: 'account:k2' })).map(({ seq }) => seq)).to.deep.equal([2]);
  });
});
