import { expect } from 'chai';
import { readTogether } from '../../src/platform/read-together.ts';

describe('what is read together', () => {
  const asked: string[][] = [];
  const words = new Map([
    ['a', 'ace'],
    ['b', 'bell'],
  ]);
  const read = readTogether(async (keys) => {
    asked.push([...keys]);
    if (keys.includes('fault')) throw new Error('unreadable');
    return words;
  });
  beforeEach(() => asked.splice(0));

  it('is one question for all who ask in one breath, each key once', async () => {
    expect(await Promise.all(['a', 'b', 'a', 'none'].map(read))).to.deep.equal([
      'ace',
      'bell',
      'ace',
      undefined,
    ]);
    expect(asked).to.deep.equal([['a', 'b', 'none']]);
  });

  it('is another question for whoever asks later, also while the first is being answered', async () => {
    const first = read('a');
    await Promise.resolve();
    expect(await Promise.all([first, read('b')])).to.deep.equal(['ace', 'bell']);
    expect(asked).to.deep.equal([['a'], ['b']]);
  });

  it('fails for all who asked together, and for nobody after them', async () => {
    const outcomes = await Promise.allSettled([read('a'), read('fault')]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(await read('a')).to.equal('ace');
  });
});
