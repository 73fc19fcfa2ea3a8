import { expect } from 'chai';
import { rewriteSources } from '../../../src/platform/database/embedded-apt-sources.ts';

const releases = { own: 'bookworm', newer: 'trixie' };

describe('package sources of the next release', () => {
  describe('in the deb822 form', () => {
    const rewrite = (text: string) => rewriteSources(text, 'deb822', releases);

    it('keep mirror, key and options, and change only the release', () => {
      const text = [
        '# Debian',
        'Types: deb deb-src',
        '# a snapshot',
        'URIs: http://mirror.example/debian',
        'Suites: bookworm bookworm-updates bookworm-backports',
        'Components: main contrib non-free-firmware',
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
        '',
        'Types: deb',
        'URIs: http://mirror.example/debian-security',
        'Suites: bookworm-security',
        'Components: main',
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
        '',
      ].join('\n');
      expect(rewrite(text)).to.equal(
        [
          'types: deb',
          'uris: http://mirror.example/debian',
          'suites: trixie trixie-updates',
          'components: main',
          'signed-by: /usr/share/keyrings/debian-archive-keyring.gpg',
          '',
          'types: deb',
          'uris: http://mirror.example/debian-security',
          'suites: trixie-security',
          'components: main',
          'signed-by: /usr/share/keyrings/debian-archive-keyring.gpg',
          '',
        ].join('\n'),
      );
    });

    it('keep a key that stands in the file itself', () => {
      const key = ['Signed-By:', ' -----BEGIN PGP PUBLIC KEY BLOCK-----', ' .', ' mQINBGPL', ' =abcd'].join(
        '\n',
      );
      const text = `Types: deb\nURIs: http://m.example\nSuites: bookworm\nComponents: main\n${key}\n`;
      expect(rewrite(text)).to.include(key.replace('Signed-By', 'signed-by'));
    });

    it('leave out what is switched off, of other publishers, source code, or a disc', () => {
      const stanza = (fields: Record<string, string>) =>
        Object.entries({
          Types: 'deb',
          URIs: 'http://m.example',
          Suites: 'bookworm',
          Components: 'main',
          ...fields,
        })
          .map(([name, value]) => `${name}: ${value}\n`)
          .join('');
      expect(rewrite(stanza({}))).to.not.equal('');
      for (const fields of [
        { Enabled: 'no' },
        { Types: 'deb-src' },
        { Suites: 'bookworm-pgdg' },
        { Suites: 'nodistro' },
        { Suites: 'bookwormish' },
        { Suites: '/' },
        { Components: 'stable' },
        { URIs: 'cdrom:[Debian]/' },
      ]) {
        expect(rewrite(stanza(fields)), JSON.stringify(fields)).to.equal('');
      }
    });
  });

  describe('in the one-line form', () => {
    const rewrite = (text: string) => rewriteSources(text, 'one-line', releases);

    it('keep mirror and options, and change only the release', () => {
      const text = [
        '# deb http://old.example/debian bookworm main',
        'deb http://mirror.example/debian bookworm main contrib # the nearest',
        '  deb [arch=amd64 signed-by=/usr/share/keyrings/d.gpg] https://mirror.example/debian bookworm-updates main',
        'deb http://security.example bookworm-security main',
        'deb-src http://mirror.example/debian bookworm main',
      ].join('\n');
      expect(rewrite(text)).to.equal(
        [
          'deb http://mirror.example/debian trixie main',
          'deb [arch=amd64 signed-by=/usr/share/keyrings/d.gpg] https://mirror.example/debian trixie-updates main',
          'deb http://security.example trixie-security main',
          '',
        ].join('\n'),
      );
    });

    it('leave out other publishers and discs', () => {
      for (const line of [
        'deb cdrom:[Debian_12]/ bookworm main',
        'deb https://packages.example/apt cloud-sdk-bookworm main',
        'deb https://apt.example/pg bookworm-pgdg main',
        'deb https://download.example/linux/debian bookworm stable',
        'deb https://flat.example/ ./',
      ]) {
        expect(rewrite(line), line).to.equal('');
      }
    });

    it('understand a release named by its rank', () => {
      expect(rewrite('deb http://m.example/debian oldstable-updates main')).to.equal(
        'deb http://m.example/debian trixie-updates main\n',
      );
    });
  });
});
