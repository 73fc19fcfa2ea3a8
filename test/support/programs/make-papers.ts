/** `make-papers.ts`: what strangers may bring to the verification page, as JSON: papers of an issuer whom nobody knows, and a well-formed number that was never given. */
import { newIdentifier } from '../../../src/issuer/identifier.ts';
import { systemRandom } from '../../../src/platform/random.ts';
import { badge, sign } from '../../vc/sample.ts';

const { credentialStatus: _status, ...lasting } = badge();
console.log(
  JSON.stringify({
    unusedNumber: newIdentifier(systemRandom),
    papers: {
      'unknown issuer': await sign(lasting),
      'list out of reach': await sign(),
      'no longer current': await sign({ ...lasting, validUntil: '2026-06-01T10:00:00Z' }),
    },
  }),
);
