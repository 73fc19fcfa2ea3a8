import { expect } from 'chai';
import type { DomainError } from '../../src/platform/errors.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

const courseId = 'protecting-personal-data';
const header = 'Prénom;Nom;Courriel;Langue;Obtenu le;Valable jusqu’au;Résultat';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const people = (count: number, from: string): Uint8Array =>
  encode(
    `\uFEFF${[
      header,
      ...Array.from(
        { length: count },
        (_, n) => `Zoé;"Šťastná";${from}-${n}@Example.org;${n % 2 ? 'en' : 'FR'};20/11/2026;;`,
      ),
    ].join('\r\n')}\r\n`,
  );

describe('Bulk issuing', function () {
  this.timeout(120_000);
  let world: IssuerWorld;
  let main: IssuerProcess;
  before(async () => {
    world = await openIssuerWorld();
    main = await world.process({ rowsAtOnce: 4 });
  });
  after(() => world.close());

  const read = async (file: Uint8Array, { issuer }: IssuerProcess = main) => {
    const preview = await issuer.batches.preview({ file, courseId, by: 'staff' });
    if (preview.outcome !== 'read') throw new Error(JSON.stringify(preview.faults));
    return preview.batch;
  };
  const confirm = (batchId: string, { letters = false, includeRepeated = false } = {}) =>
    main.issuer.batches.confirm({ batchId, by: 'staff', letters, includeRepeated });
  const count = (batchId: string) =>
    world.count('certificates', { enrolmentId: { $regex: `^bulk:${batchId}:` }, state: 'valid' });
  const faultsOf = async (text: string) => {
    const preview = await main.issuer.batches.preview({ file: encode(text), courseId, by: 'staff' });
    return preview.outcome === 'refused'
      ? preview.faults.map(({ row, column, code }) => [row, column, code].filter(Boolean).join(' '))
      : [];
  };

  it('yields certificates that a stranger verifies, in the language and with the dates of their rows', async () => {
    const file = encode(
      `given_name,family_name,email,language,awarded_date,valid until,result\n"Zoé, dite ""Zou""",x,a@example.org,en,2026-11-20,,\n`,
    );
    expect(await faultsOf(new TextDecoder().decode(file))).to.deep.equal(['2 givenName not-a-name']);
    const batch = await read(
      encode(`${header}\nZoé;Šťastná;zoe@example.org;fr;20/11/2026;31/12/2027;87,5 %\n`),
    );
    await confirm(batch.id);
    await main.issuer.batches.issue(batch.id);
    const [entry] = await main.issuer.batches.entries(batch.id);
    const certificate = await main.issuer.certificate(entry?.identifier ?? '');
    if (certificate?.state !== 'valid') throw new Error('not issued');
    expect(certificate).to.deep.include({ origin: `bulk:${batch.id}:00002`, recipient: 'zoe@example.org' });
    const report = await main.verifier.verify(certificate.credential);
    expect(report.verdict).to.equal('verified');
    expect(report.facts).to.include({
      holderName: 'Zoé Šťastná',
      achievementName: 'Protéger les données personnelles',
      validFrom: '2026-11-20T00:00:00Z',
      validUntil: '2027-12-31T22:59:59Z',
    });
    expect(JSON.stringify(certificate.credential)).not.to.match(/zoe@example|0\.875|87[.,]5/);
    expect(await main.issuer.batches.links(batch.id)).to.include(
      `2,Zoé Šťastná,${certificate.identifier},https://certificates.example/v/${certificate.identifier},valid\r\n`,
    );
    expect(await world.count('batch_chunks', { batch: batch.id })).to.equal(0);
  });

  it('says everything that is wrong with a file, by row and column, and keeps nothing of it', async () => {
    const before = await world.count('batches');
    const good = 'Zoé;Šťastná;zoe@example.org;fr;20/11/2026;;';
    expect(
      await faultsOf(
        [
          header,
          good,
          'Zoé;<b>;nowhere;de;31/02/2026;;',
          '',
          'Zoé;S;z@example.org;fr;24/11/2026;;79',
          'Zoé;S;z@example.org;fr;2026-11-01;2026-10-31;101',
          'Zoé;S;z@example.org;fr;2026-11-01;2026-10-31;99',
          `${good};more`,
          'Zoé',
        ].join('\n'),
      ),
    ).to.deep.equal([
      '3 familyName not-a-name',
      '3 email not-an-email',
      '3 language not-an-option',
      '3 awardedOn not-a-day',
      '5 awardedOn day-in-the-future',
      '5 result below-pass-mark',
      '6 result not-a-percentage',
      '7 validUntil before-valid-from',
      '8 csv-too-many-cells',
      '9 familyName required',
      '9 email not-an-email',
      '9 language not-an-option',
      '9 awardedOn not-a-day',
    ]);
    expect(await faultsOf('Prénom;Nom;Courriel;Courriel;Couleur;Obtenu le\n')).to.deep.equal([
      '1 csv-unknown-column',
      '1 language csv-missing-column',
      '1 email csv-repeated-column',
    ]);
    expect(await faultsOf(`${header}\n"Zoé;Šťastná`)).to.deep.equal(['2 csv-broken']);
    expect(await faultsOf(`${header}\n`)).to.deep.equal(['csv-empty']);
    expect(await faultsOf('')).to.include('1 givenName csv-missing-column');
    const latin1 = { file: Uint8Array.from([0x5a, 0xe9, 0x3b]), courseId, by: 'staff' };
    expect(await main.issuer.batches.preview(latin1)).to.deep.include({ faults: [{ code: 'csv-not-utf8' }] });
    expect(await world.count('batches')).to.equal(before);
    const nowhere = { file: people(1, 'one'), courseId: 'nowhere', by: 'staff' };
    const refused = await main.issuer.batches.preview(nowhere).catch((error: DomainError) => error.code);
    expect(refused).to.equal('no-such-achievement');
  });

  it('marks who stands there twice, holds it already, or cannot be drawn, and leaves repetitions out', async () => {
    const first = await read(encode(`${header}\nZoé;Held;held@example.org;fr;20/11/2026;;\n`));
    await confirm(first.id);
    await main.issuer.batches.issue(first.id);
    const text = [
      header,
      'Zoé;Held;HELD@example.org;fr;20/11/2026;;',
      ';王小明;wang@example.org;en;20/11/2026;;',
      'Li;Ming;wang@example.org;en;20/11/2026;;',
      'Ada;Other;ada@example.org;en;20/11/2026;;',
    ].join('\n');
    const batch = await read(encode(text));
    expect(batch.warnings.map(({ row, code }) => `${row} ${code}`)).to.deep.equal([
      '2 held-already',
      '3 name-not-drawable',
      '4 repeated-row',
    ]);
    await confirm(batch.id);
    await main.issuer.batches.issue(batch.id);
    expect(await count(batch.id)).to.equal(2);
    expect(main.issuer.batches.progress((await main.issuer.batches.batch(batch.id)) as never)).to.include({
      issued: 2,
      expected: 2,
    });
    const again = await read(encode(text));
    await confirm(again.id, { includeRepeated: true });
    await main.issuer.batches.issue(again.id);
    expect(await count(again.id)).to.equal(4);
  });

  it('issues nothing before it is confirmed, and once however often it is asked, by two processes at once', async () => {
    const batch = await read(people(10, 'twice'));
    await main.issuer.batches.issue(batch.id);
    expect(await count(batch.id)).to.equal(0);
    await Promise.all([confirm(batch.id), confirm(batch.id)]);
    const other = await world.process({ rowsAtOnce: 4 });
    await Promise.all([
      main.issuer.batches.issue(batch.id),
      other.issuer.batches.issue(batch.id),
      main.issuer.batches.issue(batch.id),
    ]);
    await main.issuer.batches.issue(batch.id);
    expect(await count(batch.id)).to.equal(10);
    expect(await main.issuer.batches.batch(batch.id)).to.include({
      state: 'issued',
      issued: 10,
      position: 3,
    });
    const entries = await main.issuer.batches.entries(batch.id);
    const identifiers = entries.map(({ identifier }) => identifier);
    expect(await world.count('status_entries', { certificate: { $in: identifiers } })).to.equal(20);
    const told = (await main.events()).filter(({ name }) => /^Batch/.test(name)).map(({ name }) => name);
    expect(told.filter((name) => name === 'BatchIssued').length).to.be.greaterThan(0);
  });

  it('issues a file once, however often it is read and confirmed', async () => {
    const file = people(3, 'same');
    const [one, two, late] = [await read(file), await read(file), await read(file)];
    const outcomes = await Promise.all(
      [one, two].map(({ id }) =>
        confirm(id).then(
          () => 'confirmed',
          (error: DomainError) => error.code,
        ),
      ),
    );
    expect(outcomes.sort()).to.deep.equal(['confirmed', 'file-issued-already']);
    for (const { id } of [one, two]) await main.issuer.batches.issue(id);
    expect(await confirm(late.id).catch((error: DomainError) => error.code)).to.equal('file-issued-already');
    expect((await count(one.id)) + (await count(two.id))).to.equal(3);
  });

  it('signs many on all cores, each with both signatures, and in the right order', async () => {
    const { issuer } = await world.process({ rowsAtOnce: 300 });
    const batch = await read(people(210, 'many'), { ...main, issuer });
    await confirm(batch.id);
    await issuer.batches.issue(batch.id);
    const entries = await issuer.batches.entries(batch.id);
    expect(entries).to.have.length(210);
    for (const { identifier } of [entries[0], entries[100], entries[209]].flatMap((entry) => entry ?? [])) {
      const certificate = await issuer.certificate(identifier);
      if (certificate?.state !== 'valid') throw new Error('not issued');
      expect(String(certificate.credential.id).endsWith(identifier)).to.equal(true);
      expect(certificate.credential.proof).to.have.length(2);
      expect((await main.verifier.verify(certificate.credential)).verdict).to.equal('verified');
    }
  });

  it('completes what was cut, wherever it was cut', async () => {
    const batch = await read(people(9, 'cut'));
    await confirm(batch.id);
    for (let limit = 3; ; limit += 7) {
      let calls = 0;
      const failing = await world.process({
        rowsAtOnce: 4,
        random: {
          bytes: systemRandom.bytes,
          below: (below) => {
            calls += 1;
            if (calls > limit) throw new Error('cut');
            return systemRandom.below(below);
          },
        },
        accountsOf: async () => {
          calls += 5;
          if (calls > limit) throw new Error('cut');
          return new Map();
        },
      });
      const outcome = await failing.issuer.batches.issue(batch.id).then(
        () => 'done',
        () => 'cut',
      );
      if (outcome === 'done') break;
    }
    expect(await count(batch.id)).to.equal(9);
    const entries = await main.issuer.batches.entries(batch.id);
    expect(entries.map(({ row }) => row)).to.deep.equal([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await main.issuer.batches.batch(batch.id)).to.include({ issued: 9, state: 'issued' });
  });

  it('gives them to the account that has, or later confirms, the address', async () => {
    const withAccount = await world.process({
      accountsOf: async () => new Map([['early-0@example.org', 'ada']]),
    });
    const batch = await read(people(2, 'early'));
    await confirm(batch.id);
    await withAccount.issuer.batches.issue(batch.id);
    expect(await main.issuer.certificatesOf('ada')).to.have.length(1);
    await main.issuer.claimCertificates('bob', 'Early-1@example.org');
    await main.issuer.claimCertificates('eve', 'early-1@example.org');
    expect(await main.issuer.certificatesOf('bob')).to.have.length(1);
    expect(await main.issuer.certificatesOf('eve')).to.deep.equal([]);
    await main.issuer.personalData.erase('bob');
    expect(await world.count('certificates', { recipient: 'early-1@example.org' })).to.equal(0);
  });

  it('asks for one letter each, a second apart, only when that was chosen', async () => {
    const silent = await read(people(2, 'silent'));
    await confirm(silent.id);
    await main.issuer.batches.issue(silent.id);
    expect(main.asked).to.deep.equal([]);
    const batch = await read(people(6, 'letter'));
    await confirm(batch.id, { letters: true });
    await main.issuer.batches.issue(batch.id);
    expect(new Set(main.asked.map(({ key }) => key)).size).to.equal(6);
    const seconds = main.asked.map(({ runAt }) => (runAt?.getTime() ?? 0) / 1000);
    expect(seconds.map((second) => second - (seconds[0] ?? 0))).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('withdraws a batch as a whole, and only one that is issued', async () => {
    const why = { by: 'staff', reason: 'issued-in-error' } as const;
    const batch = await read(people(3, 'wrong'));
    await confirm(batch.id);
    const { batches } = main.issuer;
    const refused = await batches.revoke({ batchId: batch.id, ...why }).catch((e: DomainError) => e.code);
    expect(refused).to.equal('batch-not-issued');
    await batches.issue(batch.id);
    await batches.revoke({ batchId: batch.id, ...why });
    await batches.revoke({ batchId: batch.id, by: 'other', reason: 'fraud' });
    await batches.revokeCertificates(batch.id);
    await batches.revokeCertificates(batch.id);
    for (const { identifier, state } of await batches.entries(batch.id)) {
      expect(state).to.equal('revoked');
      const record = await main.issuer.publicRecord(identifier);
      if (record?.kind !== 'credential') throw new Error('gone');
      expect((await main.verifier.verify(record.credential)).verdict).to.equal('not_valid');
    }
    expect((await batches.batch(batch.id))?.revocation).to.include(why);
  });

  it('forgets a file that nobody confirms', async () => {
    const batch = await read(people(5, 'forgotten'));
    world.clock.advance({ days: 8 });
    await main.issuer.personalData.expire(world.clock.now());
    expect(await main.issuer.batches.batch(batch.id)).to.equal(undefined);
    expect(await world.count('batch_chunks', { batch: batch.id })).to.equal(0);
    const refused = await confirm(batch.id).catch((error: DomainError) => error.code);
    expect(refused).to.equal('not-found');
  });
});
