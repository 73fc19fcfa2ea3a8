import { expect } from 'chai';
import { createSecuringPool, type JsonObject, type SecuringPool, secure } from '../../src/vc/index.ts';
import { badge, bothProofs, created, documentLoader, issuer, key, verificationMethod } from './sample.ts';

const options = { key, verificationMethod, issuer, created, proofs: bothProofs };
const badges = (count: number): JsonObject[] =>
  Array.from({ length: count }, (_, i) => badge({ name: `N° ${i}` }));

describe('securing pool', () => {
  let pool: SecuringPool;

  before(() => {
    pool = createSecuringPool({ threads: 2 });
  });
  after(() => pool.close());

  it('secures many as secure does, in the order asked', async () => {
    const many = badges(130);
    const outcomes = await pool.secureMany(many, options);
    expect(outcomes).to.have.length(130);
    for (const i of [0, 1, 64, 129]) {
      expect(outcomes[i]).to.deep.equal({
        credential: await secure(many[i]!, { ...options, documentLoader }),
      });
    }
    expect(await pool.secureMany([], options)).to.deep.equal([]);
  });

  it('gives back the very text, with one proof or several, whatever stands last in it', async () => {
    for (const proofs of [['eddsa-rdfc-2022'], bothProofs, ['eddsa-jcs-2022', 'eddsa-rdfc-2022']] as const) {
      const many = badges(3);
      const outcomes = await pool.secureMany(many, { ...options, proofs });
      for (const [i, outcome] of outcomes.entries()) {
        const alone = await secure(many[i]!, { ...options, proofs, documentLoader });
        expect('credential' in outcome && JSON.stringify(outcome.credential)).to.equal(JSON.stringify(alone));
      }
    }
  });

  it('one that is refused does not hold up the others, and says why', async () => {
    const outcomes = await pool.secureMany(
      [badge(), badge({ grade: 'A' }), badge({ validFrom: 'x' })],
      options,
    );
    expect(outcomes[0]).to.have.property('credential');
    expect(outcomes[1]).to.have.nested.property('refused.code', 'undefined-terms');
    expect(outcomes[2]).to.have.deep.nested.property('refused.errors', [
      { pointer: '/validFrom', code: 'not-a-date-time' },
    ]);
  });

  it('a thread that fails is an error for its work only; another takes its place', async () => {
    const broken = { ...options, proofs: null } as unknown as typeof options;
    const [lost, kept] = await Promise.allSettled([
      pool.secureMany([badge()], broken),
      pool.secureMany(badges(40), options),
    ]);
    expect(lost).to.have.property('status', 'rejected');
    expect(kept).to.have.property('status', 'fulfilled');
    expect(await pool.secureMany(badges(60), options)).to.have.length(60);
  });

  it('when it closes, what waits is rejected and nothing more is taken', async () => {
    const closing = createSecuringPool({ threads: 1 });
    const work = closing.secureMany(badges(300), options).catch((error: Error) => error.message);
    await closing.close();
    expect(await work).to.match(/closed|stopped/);
    expect(await closing.secureMany(badges(1), options).catch((error: Error) => error.message)).to.match(
      /closed/,
    );
  });
});
