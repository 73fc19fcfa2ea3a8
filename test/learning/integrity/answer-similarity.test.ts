import { expect } from 'chai';
import {
  isSuspicious,
  type PlainAnswer,
  saidTo,
  similarityOf,
} from '../../../src/learning/integrity/answer-similarity.ts';

const answers = (said: string, right = ''): PlainAnswer[] =>
  [...said].map((one, index) => ({ questionId: `q${index}`, said: one, right: one === right[index] }));

describe('answers that resemble each other', () => {
  it('are laid side by side whatever order their options were shown in', () => {
    const shown = (options: readonly string[]) => ({
      slot: 1,
      questionId: 'q',
      topic: 't',
      options,
      rights: [],
    });
    expect(saidTo(shown(['x', 'y', 'z']), 'a')).to.equal(saidTo(shown(['z', 'y', 'x']), 'c'));
    expect(saidTo(shown(['x', 'y', 'z']), ['b', 'a'])).to.equal(saidTo(shown(['y', 'z', 'x']), ['c', 'a']));
    expect(saidTo(shown(['x', 'y']), { a: 2, b: 1 })).to.equal(saidTo(shown(['y', 'x']), { a: 1, b: 2 }));
    expect(saidTo(shown([]), ' Deux  Mots ')).to.equal(saidTo(shown([]), 'deux mots'));
    expect(saidTo(shown(['x']), null)).to.equal(undefined);
  });

  it('are suspicious by shared mistakes, never by shared knowledge', () => {
    const key = 'aaaaaaaaaa';
    const honest = similarityOf(answers('aaaaaaaaaa', key), answers('aaaaaaaaaa', key));
    expect(honest).to.deep.include({ sharedWrong: 0, different: 0, common: 10 });
    expect(isSuspicious(honest)).to.equal(false);
    expect(isSuspicious(similarityOf(answers('bbbbaaaaaa', key), answers('bbbbaaaaac', key)))).to.equal(true);
    expect(isSuspicious(similarityOf(answers('bbbaaaaaaa', key), answers('bbbaaaaaaa', key)))).to.equal(
      false,
    );
    expect(isSuspicious(similarityOf(answers('bbbbcccccc', key), answers('bbbbaaaaaa', key)))).to.equal(
      false,
    );
  });
});
