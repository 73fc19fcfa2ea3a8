import { expect } from 'chai';
import { passwordFault } from '../../src/accounts/index.ts';

const person = {
  givenName: 'Jean-Pierre',
  familyName: 'Dupont',
  email: 'jp.dupont75@mail.example',
  operator: 'JINFO Certification',
};
const codeOf = (password: string) => passwordFault(password, person)?.code;

describe('A password is refused', () => {
  const refused: Record<string, readonly string[]> = {
    'password-too-short': ['', 'xkq7vbn2mzt', 'é'.repeat(11)],
    'password-too-long': [`${'velo nuage tigre '.repeat(8)}`],
    'password-common': [
      'motdepasse123',
      'Motdepasse2024!',
      'P@ssw0rd2024!',
      'dragonsoleil1987',
      'iloveyou1987!!',
      'Marseille13000!',
    ],
    'password-sequence': [
      'azertyuiop12',
      'qwertyuiopas',
      '1qaz2wsx3edc',
      'abcdefghijklmnop',
      '9876543210987',
    ],
    'password-repetitive': ['aaaaaaaaaaaa', 'abcabcabcabc', 'aabbccddeeff', 'soleilsoleilsoleil'],
    'password-personal': [
      'Jean.Dupont.2026',
      'jinfo-certification-2026',
      'jpdupont75!!',
      'JeanPierre1987',
      'DUPONT!dupont12',
    ],
  };
  for (const [code, passwords] of Object.entries(refused)) {
    for (const password of passwords) {
      it(`for ${code}: ${password.slice(0, 30)}`, () => {
        expect(codeOf(password)).to.equal(code);
      });
    }
  }
});

describe('A password is accepted', () => {
  for (const password of [
    'tigre-velo-nuage-9',
    'mon chien aime les carottes crues',
    'xkq7vbn2mzt9',
    '𝄞 ключ από 鍵 !',
    ' leading and trailing blanks count ',
    'Pierre-kx82mfa9q',
    'w9#'.padEnd(128, 'Kd8!tz-7uQ pL'),
  ]) {
    it(password.slice(0, 40), () => {
      expect(codeOf(password)).to.equal(undefined);
    });
  }
});

describe('Judging a password', () => {
  it('takes no long time, whatever is sent', () => {
    // Of the processor: what its neighbours do is no fault of a password.
    const started = process.cpuUsage();
    for (const password of [
      'ab'.repeat(64),
      `${'xyz12'.repeat(25)}qqq`,
      'azerty'.repeat(21),
      '1'.repeat(128),
    ]) {
      codeOf(password);
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).to.be.below(1500);
  });
});
