import { expect } from 'chai';
import { readAmount, vatGroups, vatIncluded } from '../../src/billing/money.ts';

describe('money', () => {
  it('takes the VAT out of an inclusive price, halves rounded up', () => {
    expect(vatIncluded(4900, 20)).to.equal(817);
    expect(vatIncluded(105, 5)).to.equal(5);
    expect(vatIncluded(9, 20)).to.equal(2);
    expect(vatIncluded(3, 20)).to.equal(1);
    expect(vatIncluded(1055, 5.5)).to.equal(55);
    expect(vatIncluded(4900, 0)).to.equal(0);
    expect(vatIncluded(0, 20)).to.equal(0);
  });

  it('computes VAT per rate on the total, not line by line', () => {
    const lines = [
      { grossMinor: 3, vatRate: 20 },
      { grossMinor: 3, vatRate: 20 },
      { grossMinor: 3, vatRate: 20 },
      { grossMinor: 1055, vatRate: 5.5 },
    ];
    expect(vatGroups(lines)).to.deep.equal([
      { rate: 20, netMinor: 7, vatMinor: 2, grossMinor: 9 },
      { rate: 5.5, netMinor: 1000, vatMinor: 55, grossMinor: 1055 },
    ]);
  });

  it('never loses a cent between net, VAT and gross', () => {
    for (let gross = 0; gross < 3000; gross += 1) {
      for (const rate of [0, 2.1, 5.5, 8.5, 10, 20]) {
        const [group] = vatGroups([{ grossMinor: gross, vatRate: rate }]);
        expect(group && group.netMinor + group.vatMinor).to.equal(gross);
        const exact = (gross * rate) / (100 + rate);
        expect(Math.abs((group?.vatMinor ?? 0) - exact)).to.be.at.most(0.5 + 1e-9);
      }
    }
  });

  it('reads amounts as people in both languages type them', () => {
    expect(readAmount('49', 'EUR')).to.equal(4900);
    expect(readAmount('49.00', 'EUR')).to.equal(4900);
    expect(readAmount('49,5', 'EUR')).to.equal(4950);
    expect(readAmount(' 1\u202f250,00 ', 'EUR')).to.equal(125_000);
    expect(readAmount('500', 'XOF')).to.equal(500);
  });

  it('reads nothing into what is not an amount', () => {
    for (const typed of ['', '-49', '49.005', '4.900,00', '1e3', '49 EUR', '0x10', 'NaN', '49.', '١٢']) {
      expect(readAmount(typed, 'EUR'), typed).to.equal(undefined);
    }
    expect(readAmount('5.00', 'XOF')).to.equal(undefined);
  });
});
