import { expect } from 'chai';
import { guardDocument } from '../../src/vc/index.ts';
import { badge } from './sample.ts';

const nested = (levels: number): unknown =>
  JSON.parse(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`);
const reason = (input: unknown): string => {
  const guarded = guardDocument(input);
  return guarded.ok ? 'ok' : guarded.reason;
};

describe('guardDocument', () => {
  it('lets a credential in, as text or parsed', () => {
    expect(guardDocument(JSON.stringify(badge()))).to.deep.equal({ ok: true, document: badge() });
    expect(guardDocument(badge())).to.deep.equal({ ok: true, document: badge() });
  });

  it('counts levels of lists and objects alike, up to 64', () => {
    expect(reason({ a: nested(62) })).to.equal('ok');
    expect(reason({ a: nested(64) })).to.equal('too-deep');
    expect(reason(`{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`)).to.equal('too-deep');
  });

  it('counts characters of names and values, and objects', () => {
    expect(reason({ a: 'x'.repeat(999_900) })).to.equal('ok');
    expect(reason({ a: 'x'.repeat(1_000_000) })).to.equal('too-large');
    expect(reason({ ['x'.repeat(1_000_000)]: 1 })).to.equal('too-large');
    expect(reason({ a: Array(500_001).fill(1) })).to.equal('too-large');
    expect(reason({ a: Array(999).fill({}) })).to.equal('ok');
    expect(reason({ a: Array(1000).fill({}) })).to.equal('too-many-objects');
  });

  it('counts contexts as what they cost, and those named again as more', () => {
    const numbered = (count: number) => Array.from({ length: count }, (_, i) => `https://example.org/${i}`);
    expect(reason({ '@context': numbered(15) })).to.equal('ok');
    expect(reason({ '@context': numbered(20) })).to.equal('too-many-objects');
    expect(reason({ '@context': ['https://example.org/0', ...numbered(1)] })).to.equal('ok');
    expect(reason({ '@context': Array(6).fill('https://example.org/0') })).to.equal('too-many-objects');
    expect(reason({ a: [{ '@context': Array(20_000).fill('x') }] })).to.equal('too-many-objects');
  });

  it('counts texts in lists, which may be types', () => {
    expect(reason({ type: Array(900).fill('x') })).to.equal('ok');
    expect(reason({ type: Array(1001).fill('x') })).to.equal('too-many-objects');
  });

  it('refuses unpaired surrogates in names and values, and keeps paired ones', () => {
    expect(reason('{"a":"\\ud800"}')).to.equal('broken-characters');
    expect(reason('{"\\udc00":1}')).to.equal('broken-characters');
    expect(reason({ a: '\u{1F393}' })).to.equal('ok');
  });

  it('refuses what is no JSON object', () => {
    for (const text of ['', '{', 'undefined', '{"a":1}x']) expect(reason(text), text).to.equal('not-json');
    for (const value of [null, undefined, 7, [], '[]', '7', 'null', '"{}"']) {
      expect(reason(value), String(value)).to.equal('not-an-object');
    }
  });
});
