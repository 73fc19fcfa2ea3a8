import { expect } from 'chai';
import { isSmallCorrection } from '../../src/issuer/corrections/name-rules.ts';

describe('A name may be corrected without a person looking', () => {
  const small: [string, string][] = [
    ['Zoe Stastna', 'Zoé Šťastná'],
    ['ZOE STASTNA', 'Zoe Stastna'],
    ['Stastna Zoe', 'Zoe Stastna'],
    ['Jean Pierre Martin', 'Jean-Pierre Martin'],
    ['Mac Donald Ann', 'MacDonald Ann'],
    ['Ann Smtih', 'Ann Smith'],
    ['Ann Smit', 'Ann Smith'],
    ['Zoé Šťastná', 'Zoé Marie Šťastná'],
    ['Anna Maria Schmidt', 'Anna Schmidt'],
    ['Søren Strauß', 'Soren Strauss'],
    ['Ωνάσης Άρης', 'Ωνασης Αρης'],
  ];
  for (const [from, to] of small)
    it(`from ${from} to ${to}`, () => expect(isSmallCorrection(from, to)).to.equal(true));

  const large: [string, string][] = [
    ['Zoé Šťastná', 'Ada Lovelace'],
    ['Zoé Martin', 'Zoé Dubois'],
    ['Paul Martin', 'Jean Martin'],
    ['Jean Martin', 'Dean Martin'],
    ['Plato', 'Plato Smith'],
    ['Анна Шевченко', 'Anna Shevchenko'],
    ['Ann Lee', 'Bob Lie'],
    ['Zoé Šťastná', 'Zoé Marie Anne Louise Šťastná'],
    ['Zoé', '…'],
  ];
  for (const [from, to] of large)
    it(`but not from ${from} to ${to}`, () => expect(isSmallCorrection(from, to)).to.equal(false));
});
