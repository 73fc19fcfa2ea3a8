import { expect } from 'chai';
import { decodeBits, emptyBits, encodeBits, minimumBits } from '../../src/vc/index.ts';

/** The list of 131,072 zeros that W3C Bitstring Status List v1.0 shows as its example. */
const published = 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA';

describe('W3C example of a Bitstring Status List', () => {
  it('reads as 131,072 zeros', () => {
    expect(decodeBits(published)).to.deep.equal(emptyBits(minimumBits));
  });

  it('says the same as an empty list of ours, which is no longer', () => {
    // GZIP writes the same bytes in many ways (RFC 1952); the example was made by another program.
    expect(decodeBits(encodeBits(emptyBits()))).to.deep.equal(decodeBits(published));
    expect(encodeBits(emptyBits()).length).to.be.at.most(published.length);
  });
});
