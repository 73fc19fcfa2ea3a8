import { expect } from 'chai';
import { decodeBits, emptyBits, encodeBits, minimumBits } from '../../src/vc/index.ts';

/** The list of 131,072 zeros that W3C Bitstring Status List v1.0 shows as its example. */
const published = 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA';

describe('W3C example of a Bitstring Status List', () => {
  it('reads as 131,072 zeros', () => {
    expect(decodeBits(published)).to.deep.equal(emptyBits(minimumBits));
  });

  it('is what an empty list encodes to', () => {
    expect(encodeBits(emptyBits())).to.equal(published);
  });
});
