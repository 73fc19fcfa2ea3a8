import { expect } from 'chai';
import { createFonts, fitLines } from '../../../src/platform/fonts/index.ts';

const fonts = createFonts();
const serif = { family: 'Source Serif 4', weight: 400, style: 'normal' } as const;

describe('what the fonts of documents cover', () => {
  const drawable = [
    'Zoé Çelik-Œuvrard',
    'Nguyễn Thị Phương Thảo',
    'Świętosława Żółkiewska-Łącka',
    'Þórdís Ðórsdóttir ß',
    'Ελένη Παπαδοπούλου',
    'Юлія Їжакевич Ёлкина',
    "O’Brien-D'Arcy “Bob” ʻAkamu",
    'Șerban Țepeș İpek ığdır Ħaż-Żebbuġ',
  ];
  for (const name of drawable) {
    it(`draws ${name}`, () => {
      expect(fonts.coverageOf(name)).to.deep.equal({ covered: true, missing: [] });
    });
  }

  it('draws a name typed with separate accents like the same name typed with letters', () => {
    expect(fonts.coverageOf('José Nguyễn'.normalize('NFD')).covered).to.equal(true);
    expect(fonts.widthOf('José'.normalize('NFD'), serif)).to.equal(fonts.widthOf('José', serif));
  });

  const foreign: [string, string[]][] = [
    ['王小明', ['王', '小', '明']],
    ['Anna 李', ['李']],
    ['שלום', ['ש', 'ל', 'ו', 'ם']],
    ['Ann 😀😀', ['😀']],
    ['x\u0302', ['x\u0302']],
    ['a\u202eb', ['\u202e']],
    ['a\u0007b', ['\u0007']],
  ];
  for (const [name, missing] of foreign) {
    it(`names what is missing in ${JSON.stringify(name)}`, () => {
      expect(fonts.coverageOf(name)).to.deep.equal({ covered: false, missing });
    });
  }

  it('embeds every file it measures, and leaves nothing to fetch', () => {
    const css = fonts.css([serif]);
    expect(css.match(/@font-face/g)).to.have.length(6);
    expect(css).to.not.match(/url\((?!data:font\/woff2;base64,)/);
  });
});

describe('fitting a text', () => {
  const em = (text: string): number => text.length / 2;
  const steps = [
    { lines: 1, largest: 40, smallest: 20 },
    { lines: 2, largest: 30, smallest: 15 },
  ] as const;
  const setIn = (text: string) => fitLines(text, em, { width: 406.1, steps });

  it('sets a short text at the largest size, in one line', () => {
    expect(setIn('Ann Lee')).to.deep.equal({ size: 40, lines: ['Ann Lee'] });
  });

  it('shrinks a longer one before it wraps', () => {
    const { size, lines } = setIn('a'.repeat(30));
    expect(lines).to.have.length(1);
    expect(size).to.be.within(26, 27);
  });

  it('wraps a long one in lines as even as can be, larger again', () => {
    const { size, lines } = setIn('aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeee');
    expect(lines).to.deep.equal(['aaaaaaaaaa bbbbbbbbbb', 'cccccccccc dddddddddd eeeee']);
    expect(size).to.be.above(20);
  });

  it('does not break a line at a no-break space', () => {
    const { lines } = setIn('aaaaaaaaaa bbbbbbbbbbbbbbb\u00a0: cccccccccc dddddddddd');
    expect(lines.some((line) => line.endsWith('b\u00a0:') || line.includes('b\u00a0: '))).to.equal(true);
    expect(lines.some((line) => line.startsWith(':'))).to.equal(false);
  });

  it('cuts what cannot be wrapped, and never goes beyond the width', () => {
    const { size, lines } = setIn(`${'w'.repeat(300)} end`);
    expect(size).to.equal(15);
    for (const line of lines) expect(em(line) * size).to.be.at.most(406.1);
    expect(lines.join('')).to.equal(
      `${'w'.repeat(300)} end`.replace(lines.at(-1)?.includes(' ') ? '' : ' ', ''),
    );
  });
});
