import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  clearBit,
  decodeBits,
  emptyBits,
  encodeBits,
  minimumBits,
  readBit,
  StatusListError,
  setBit,
} from '../../src/vc/index.ts';

const faultOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(StatusListError);
    return (error as StatusListError).fault;
  }
};
const packed = (bytes: Uint8Array): string => `u${gzipSync(bytes).toString('base64url')}`;

describe('status bits', () => {
  it('bit 0 is the left-most of the first byte, the last one the right-most of the last', () => {
    const bits = setBit(emptyBits(), 0, 9, minimumBits - 1);
    expect([bits[0], bits[1], bits.at(-1)]).to.deep.equal([0b1000_0000, 0b0100_0000, 0b0000_0001]);
  });

  it('setting and clearing touch one bit and leave the given list as it was', () => {
    const before = setBit(emptyBits(), 1000, 1001, 1002);
    const after = clearBit(before, 1001);
    expect([1000, 1001, 1002].map((i) => readBit(after, i))).to.deep.equal([true, false, true]);
    expect(readBit(before, 1001)).to.equal(true);
    expect(after.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)).to.equal(2);
  });

  it('setting a set bit and clearing a clear one change nothing', () => {
    const bits = setBit(emptyBits(), 77);
    expect(setBit(bits, 77)).to.deep.equal(bits);
    expect(clearBit(bits, 78)).to.deep.equal(bits);
  });

  it('survives encoding, and equal lists encode to equal text', () => {
    const bits = setBit(emptyBits(1_048_576), 0, 94_567, 1_048_575);
    expect(decodeBits(encodeBits(bits))).to.deep.equal(bits);
    expect(encodeBits(bits)).to.equal(encodeBits(setBit(emptyBits(1_048_576), 1_048_575, 0, 94_567)));
  });

  it('refuses an index that the list does not have', () => {
    for (const index of [-1, minimumBits, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(
        faultOf(() => readBit(emptyBits(), index)),
        String(index),
      ).to.equal('RANGE_ERROR');
      expect(
        faultOf(() => setBit(emptyBits(), index)),
        String(index),
      ).to.equal('RANGE_ERROR');
    }
  });

  it('refuses to make or read a list too short to hide in', () => {
    expect(faultOf(() => emptyBits(minimumBits - 8))).to.equal('STATUS_LIST_LENGTH_ERROR');
    expect(faultOf(() => emptyBits(minimumBits + 1))).to.equal('STATUS_LIST_LENGTH_ERROR');
    expect(faultOf(() => decodeBits(packed(new Uint8Array(1600))))).to.equal('STATUS_LIST_LENGTH_ERROR');
  });

  it('refuses what is no encoded list', () => {
    const good = encodeBits(emptyBits());
    const bad = [
      undefined,
      7,
      '',
      'u',
      good.slice(1),
      `z${good.slice(1)}`,
      `${good}=`,
      good.slice(0, 40),
      'uAAAA',
    ];
    for (const text of bad)
      expect(
        faultOf(() => decodeBits(text)),
        String(text),
      ).to.equal('MALFORMED_VALUE_ERROR');
  });

  it('stops a bomb: 100 MB of zeros in 100 kB of text', () => {
    const bomb = packed(new Uint8Array(100_000_000));
    expect(bomb.length).to.be.below(200_000);
    const before = process.memoryUsage().rss;
    expect(faultOf(() => decodeBits(bomb))).to.equal('MALFORMED_VALUE_ERROR');
    expect(process.memoryUsage().rss - before).to.be.below(50_000_000);
    expect(decodeBits(packed(new Uint8Array(20_000)), { maxBytes: 20_000 })).to.have.length(20_000);
    expect(faultOf(() => decodeBits(packed(new Uint8Array(20_001)), { maxBytes: 20_000 }))).to.equal(
      'MALFORMED_VALUE_ERROR',
    );
  });
});
