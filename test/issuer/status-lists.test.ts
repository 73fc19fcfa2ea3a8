import { expect } from 'chai';
import { openDatabase } from '../../src/platform/database/open.ts';
import { decodeBits, type JsonObject, readBit } from '../../src/vc/index.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

const both = ['revocation', 'suspension'] as const;
const address = 'https://certificates.example/status/';

describe('The status lists', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  let main: IssuerProcess;
  let other: IssuerProcess;
  before(async () => {
    world = await openIssuerWorld();
    main = await world.process();
    other = await world.process();
  });
  after(() => world.close());

  const names = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, number) => `${prefix}-${number}`);

  const published = async (list: string): Promise<JsonObject> => {
    const document = await main.issuer.publicDocument(`${address}${list}`);
    if (!document) throw new Error(`no list ${list}`);
    return document;
  };

  const bitOf = async ({ list, index }: { list: string; index: number }): Promise<boolean> => {
    const { encodedList } = (await published(list)).credentialSubject as JsonObject;
    return readBit(decodeBits(encodedList), index);
  };

  const inDatabase = async <T>(
    ask: (of: (name: string) => ReturnType<Connection['collection']>) => Promise<T>,
  ) => {
    const { connection, close } = await openDatabase(world.database);
    try {
      return await ask((name) => connection.collection(name));
    } finally {
      await close();
    }
  };
  type Connection = Awaited<ReturnType<typeof openDatabase>>['connection'];

  const versionOf = (list: string): Promise<number> =>
    inDatabase(async (of) => (await of('status_lists').findOne({ _id: list as never }))?.version as number);

  it('say what they are for, at an address of their own', async () => {
    const { entries, issuer } = await main.issuer.statusLists.allocate('shape', both);
    expect(entries.map(({ purpose, listUrl }) => [purpose, listUrl])).to.deep.equal([
      ['revocation', `${address}revocation-1`],
      ['suspension', `${address}suspension-1`],
    ]);
    for (const { list, purpose, listUrl } of entries) {
      const document = await published(list);
      expect(document).to.include({ id: listUrl, issuer });
      expect(document.credentialSubject).to.include({ type: 'BitstringStatusList', statusPurpose: purpose });
    }
    expect(await main.issuer.statusLists.entriesOf('shape')).to.have.deep.members([...entries]);
  });

  it('give many credentials their places in two processes at once, no place twice and each once', async () => {
    const credentials = names('bulk', 3000);
    const [first, second] = await Promise.all([
      main.issuer.statusLists.allocateMany(credentials, both),
      other.issuer.statusLists.allocateMany([...credentials].reverse(), both),
    ]);
    expect(first.of.size).to.equal(3000);
    const places = new Set<string>();
    for (const credential of credentials) {
      const entries = first.of.get(credential) ?? [];
      expect(entries.map(({ purpose }) => purpose)).to.deep.equal(both);
      expect(second.of.get(credential)).to.deep.equal(entries);
      for (const { list, index } of entries) places.add(`${list}:${index}`);
    }
    expect(places.size).to.equal(6000);
  });

  it('are signed once when a thousand are revoked, and show every one of them', async () => {
    const revoked = names('thousand', 1000);
    const { of } = await main.issuer.statusLists.allocateMany(revoked, both);
    const before = await versionOf('revocation-1');
    await main.issuer.statusLists.setMany(revoked, 'revocation');
    expect(await versionOf('revocation-1')).to.equal(before + 1);
    await main.issuer.statusLists.setMany(revoked, 'revocation');
    expect(await versionOf('revocation-1'), 'repeated').to.equal(before + 1);
    const { encodedList } = (await published('revocation-1')).credentialSubject as JsonObject;
    const bits = decodeBits(encodedList);
    const set = revoked.map((name) => readBit(bits, of.get(name)?.[0]?.index ?? -1));
    expect(set).not.to.include(false);
    expect(bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)).to.equal(1000);
  });

  it('show a suspension, its lifting and the next one, whoever did them and in whatever order they raced', async () => {
    const { entries } = await main.issuer.statusLists.allocate('suspended', both);
    const [revocation, suspension] = entries;
    if (!revocation || !suspension) throw new Error('no places');
    await main.issuer.statusLists.set('suspended', 'suspension');
    expect(await bitOf(suspension)).to.equal(true);
    await other.issuer.statusLists.clear('suspended', 'suspension');
    expect(await bitOf(suspension)).to.equal(false);
    await main.issuer.statusLists.set('suspended', 'suspension');
    expect(await bitOf(suspension)).to.equal(true);
    expect(await bitOf(revocation)).to.equal(false);
  });

  it('let a change that comes late not undo a newer one', async () => {
    const { entries } = await main.issuer.statusLists.allocate('late', both);
    const suspension = entries[1];
    if (!suspension) throw new Error('no place');
    // Suspended (1), lifted (2) and suspended again (3); the second is heard of last.
    await main.issuer.statusLists.set('late', 'suspension', 1);
    await main.issuer.statusLists.set('late', 'suspension', 3);
    await other.issuer.statusLists.clear('late', 'suspension', 2);
    expect(await bitOf(suspension)).to.equal(true);
    await other.issuer.statusLists.clear('late', 'suspension', 4);
    await main.issuer.statusLists.set('late', 'suspension', 3);
    expect(await bitOf(suspension)).to.equal(false);
  });

  it('say when a credential has no place for what is asked', async () => {
    await main.issuer.statusLists.allocate('one-place', ['revocation']);
    expect(await main.issuer.statusLists.set('one-place', 'suspension')).to.equal(false);
    expect(await main.issuer.statusLists.set('nobody', 'revocation')).to.equal(false);
    expect(await main.issuer.statusLists.entriesOf('nobody')).to.deep.equal([]);
  });

  it('of the first version go on: their bits, their certificates, and what is set from now on', async () => {
    const certificate = await main.issuer.issueCertificate('first-version');
    if (certificate?.state !== 'valid') throw new Error('not issued');
    const { identifier } = certificate;
    const [place] = certificate.status;
    const old = { list: 'revocation-1', index: Number(place?.index) };
    await inDatabase(async (of) => {
      await of('status_entries').deleteOne({ certificate: identifier, purpose: 'suspension' });
      const former = { $unset: { purpose: 1, changes: 1, asOf: 1 } };
      await of('status_entries').updateOne({ certificate: identifier }, former as never);
      await of('status_lists').updateOne({ _id: old.list as never }, { $unset: { purpose: 1 } } as never);
      await of('certificates').updateOne({ _id: identifier as never }, { $set: { status: old } });
      // Chance may have given this place to one of ours.
      const taken = await of('status_entries').findOneAndDelete({ _id: 'revocation-1:131071' as never });
      await of('status_entries').insertOne({
        _id: 'revocation-1:131071' as never,
        list: 'revocation-1',
        index: 131_071,
        certificate: 'revoked-by-the-first-version',
        set: true,
      });
      const listed = 1 - Number(taken?.changes ?? 0);
      await of('status_lists').updateOne({ _id: old.list as never }, { $inc: { listed } } as never);
    });
    const upgraded = await world.process();
    const read = await upgraded.issuer.certificate(identifier);
    expect(read).to.have.deep.property('status', [{ purpose: 'revocation', ...old }]);
    await upgraded.issuer.revoke({ identifier, by: 'staff', reason: 'fraud' });
    expect(await bitOf(old)).to.equal(true);
    expect(await bitOf({ list: 'revocation-1', index: 131_071 })).to.equal(true);
    const next = await upgraded.issuer.statusLists.allocate('after-the-upgrade', both);
    expect(next.entries.map(({ list }) => list)).to.deep.equal(['revocation-1', 'suspension-1']);
  });

  it('open the next one, signed, before the one in use is full', async () => {
    const set = (allocated: number) =>
      inDatabase((of) =>
        of('status_lists').updateOne({ _id: 'revocation-1' as never }, { $set: { allocated } }),
      );
    const listOf = async (name: string) =>
      (await main.issuer.statusLists.allocate(name, ['revocation'])).entries[0]?.list;
    await set(Math.floor(131_072 * 0.7) + 1);
    expect(await listOf('before-the-end')).to.equal('revocation-1');
    const path = (await published('revocation-2')).credentialSubject as JsonObject;
    expect(path.statusPurpose).to.equal('revocation');
    await set(Math.floor(131_072 * 0.75) - 2);
    const { of } = await main.issuer.statusLists.allocateMany(names('across', 5), ['revocation']);
    const lists = names('across', 5).map((name) => of.get(name)?.[0]?.list);
    expect(lists.filter((list) => list === 'revocation-1')).to.have.length(2);
    expect(lists.filter((list) => list === 'revocation-2')).to.have.length(3);
  });
});
