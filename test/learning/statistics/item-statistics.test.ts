import { expect } from 'chai';
import {
  discriminationOf,
  figuresOf,
  inAllLanguages,
  statisticsOf,
} from '../../../src/learning/statistics/item-statistics.ts';
import type { ItemSums, OptionSums } from '../../../src/learning/statistics/response-store.ts';

/** Sums of pairs: the points of one item, and those of the rest of the same attempt. */
const sumsOf = (pairs: readonly (readonly [number, number])[], language?: string): ItemSums => ({
  questionId: 'q',
  version: 1,
  ...(language ? { language } : {}),
  responses: pairs.length,
  maxPoints: 1,
  sumPoints: pairs.reduce((sum, [x]) => sum + x, 0),
  sumPointsSquared: pairs.reduce((sum, [x]) => sum + x * x, 0),
  sumRest: pairs.reduce((sum, [, r]) => sum + r, 0),
  sumRestSquared: pairs.reduce((sum, [, r]) => sum + r * r, 0),
  sumPointsRest: pairs.reduce((sum, [x, r]) => sum + x * r, 0),
});

const many = (pairs: readonly (readonly [number, number])[]) =>
  Array.from({ length: 10 }, () => pairs).flat();

describe('the figures of a question', () => {
  it('discriminate as Pearson’s correlation with the rest says', () => {
    const r =
      discriminationOf(
        sumsOf([
          [1, 4],
          [1, 3],
          [0, 2],
          [0, 1],
        ]),
      ) ?? Number.NaN;
    expect(r).to.be.closeTo(0.8944, 0.0001);
    expect(
      discriminationOf(
        sumsOf([
          [1, 4],
          [1, 3],
        ]),
      ),
      'nothing varies',
    ).to.equal(undefined);
  });

  it('add up over languages', () => {
    const whole = inAllLanguages([
      sumsOf(
        [
          [1, 4],
          [0, 2],
        ],
        'en',
      ),
      sumsOf(
        [
          [1, 3],
          [0, 1],
        ],
        'fr',
      ),
    ]);
    expect(whole).to.deep.equal([
      sumsOf([
        [1, 4],
        [0, 2],
        [1, 3],
        [0, 1],
      ]),
    ]);
  });

  it('flag what is too easy, too hard, misleading or keyed wrongly, and nothing below thirty responses', () => {
    const flags = (pairs: readonly (readonly [number, number])[]) =>
      statisticsOf(sumsOf(pairs), [], { attempts: 100, question: undefined }).flags;
    expect(
      flags([
        [0, 4],
        [1, 1],
      ]),
      'two responses',
    ).to.deep.equal([]);
    expect(
      flags(
        many([
          [1, 4],
          [1, 3],
          [1, 2],
          [1, 1],
        ]),
      ),
    ).to.deep.equal(['too-easy']);
    expect(
      flags(
        many([
          [0, 4],
          [0, 3],
          [0, 2],
          [0, 1],
        ]),
      ),
    ).to.deep.equal(['too-hard']);
    expect(
      flags(
        many([
          [0, 4],
          [0, 3],
          [1, 2],
          [1, 1],
        ]),
      ),
    ).to.deep.equal(['negative-discrimination']);
    const text = { en: '', fr: '' };
    const options = [
      { id: 'key', text, correct: true as const },
      { id: 'other', text },
    ];
    const question = {
      kind: 'choice',
      id: 'q',
      tags: ['t'],
      prompt: text,
      points: 1,
      explanation: text,
      options,
    };
    const chosen = (optionId: string, count: number, sumRest: number): OptionSums => ({
      questionId: 'q',
      version: 1,
      optionId,
      chosen: count,
      sumRest,
    });
    const suspicious = statisticsOf(
      sumsOf(
        many([
          [0, 4],
          [0, 3],
          [1, 2],
          [1, 1],
        ]),
      ),
      [chosen('key', 20, 30), chosen('other', 20, 70)],
      { attempts: 40, question: question as never },
    );
    expect(suspicious.flags).to.include('key-suspicious');
    expect(suspicious.options.find(({ right }) => right)?.share).to.equal(0.5);
  });

  it('give KR-20 for a fixed form', () => {
    // Three items of four people, ten times over: 111, 110, 100, 000; the sample variances are those of 40.
    const items = [
      sumsOf(
        many([
          [1, 2],
          [1, 1],
          [1, 0],
          [0, 0],
        ]),
      ),
      sumsOf(
        many([
          [1, 2],
          [1, 1],
          [0, 1],
          [0, 0],
        ]),
      ),
      sumsOf(
        many([
          [1, 2],
          [0, 2],
          [0, 1],
          [0, 0],
        ]),
      ),
    ];
    const totals = many([
      [3, 0],
      [2, 0],
      [1, 0],
      [0, 0],
    ]).map(([points]) => points);
    const figures = figuresOf(
      {
        attempts: 40,
        items: 3,
        passed: 20,
        sumScore: 20,
        sumPoints: totals.reduce((sum, value) => sum + value, 0),
        sumPointsSquared: totals.reduce((sum, value) => sum + value * value, 0),
      },
      items,
    );
    expect(figures.reliability).to.be.closeTo(0.75, 1e-9);
  });
});
