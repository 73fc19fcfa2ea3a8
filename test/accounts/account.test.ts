import { expect } from 'chai';
import { emailAddress, fullName, profileShape } from '../../src/accounts/index.ts';

const profile = { givenName: 'Zoé', familyName: 'Šťastná', country: 'CZ', language: 'fr' };
const named = (familyName: string) => profileShape.safeParse({ ...profile, familyName });

describe('A name', () => {
  for (const name of [
    'O',
    "O'Brien",
    'O’Brien',
    '’t Hooft',
    'Durand-Kowalska',
    'J. R. R. Tolkien',
    'Ma. Teresa',
    'Παπαδοπούλου',
    'Достоевская',
    'Nguyễn Thị',
    'علی‌رضا',
    'Şahin',
    'Castells i Gavaldà',
    'Gal·la',
    'x'.repeat(100),
  ]) {
    it(`may be ${name.slice(0, 30)}`, () => {
      expect(named(name)).to.deep.include({ success: true });
    });
  }

  for (const [what, name] of Object.entries({
    'nothing but blanks': '   ',
    'nothing but signs': '--.',
    markup: '<b>Zoé</b>',
    'a template': '{{7*7}}',
    'a web address': 'evil.example',
    'a link': 'https://evil.example/x',
    'a line break': 'Zoé\r\nBcc: all@mail.example',
    'a tab': 'Zoé\tX',
    'a zero byte': 'Zo\u0000é',
    'a bidi override': 'Zoé\u202Eeoz',
    'a bidi isolate': 'Zoé\u2066eoz',
    'an invisible joiner in Latin letters': 'Zo\u200dé',
    'a tower of marks': `Z${'\u0315'.repeat(40)}`,
    'a picture': 'Zoé 🎓',
    'too many letters': 'x'.repeat(101),
  })) {
    it(`may not be ${what}`, () => {
      expect(named(name)).to.deep.include({ success: false });
    });
  }

  it('is kept composed, with single blanks', () => {
    expect(named('  S\u030Ct\u030Castna\u0301   Nova\u0301 ').data?.familyName).to.equal('Šťastná Nová');
  });

  it('that is the only one stands alone', () => {
    expect(fullName({ givenName: '', familyName: 'Suharto' })).to.equal('Suharto');
  });
});

describe('An address', () => {
  it('keeps its tag and its mailbox as typed, with the domain in lower case', () => {
    expect(emailAddress.parse(' Zoe+Courses@Mail.EXAMPLE ')).to.equal('Zoe+Courses@mail.example');
  });

  for (const address of [
    'zoe',
    'zoe@',
    '@mail.example',
    'a@b@c.example',
    'zoe@mail.example\r\nBcc: x@y.example',
    'zoe smith@mail.example',
  ]) {
    it(`is not ${JSON.stringify(address)}`, () => {
      expect(emailAddress.safeParse(address).success).to.equal(false);
    });
  }
});

describe('A profile', () => {
  it('takes only known countries and languages, and no field more', () => {
    expect(profileShape.safeParse({ ...profile, country: 'XX' }).success).to.equal(false);
    expect(profileShape.safeParse({ ...profile, language: 'de' }).success).to.equal(false);
    expect(profileShape.safeParse({ ...profile, roles: ['administrator'] }).success).to.equal(false);
  });
});
