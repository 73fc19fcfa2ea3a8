import { expect } from 'chai';
import { plainText, renderInline, renderMarkdown } from '../../src/learning/render-markdown.ts';

describe('the authors’ Markdown', () => {
  it('becomes headings, lists, tables and links that open safely', () => {
    const html = renderMarkdown(
      '## Title\n\n1. one\n2. *two*\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[there](https://example.org/x)',
    );
    expect(html).to.include('<h2>Title</h2>');
    expect(html).to.include('<li><em>two</em></li>');
    expect(html).to.match(/<div class="scroll" tabindex="0"><table>[\s\S]*<\/table><\/div>/);
    expect(html).to.include('<a href="https://example.org/x" rel="noopener">there</a>');
  });

  it('ends no line before a French sign or inside an hour, and leaves code as it is typed', () => {
    const html = renderMarkdown('Que faire : attendre ? « Non » !\n\nÀ 9 h 45, **5 %** ; `a : b`');
    expect(html).to.equal(
      '<p>Que faire\u00a0: attendre\u00a0? «\u00a0Non\u00a0»\u00a0!</p>\n' +
        '<p>À 9\u00a0h\u00a045, <strong>5\u00a0%</strong>\u00a0; <code>a : b</code></p>\n',
    );
    expect(renderInline('at 9:45, a score of 5: why?')).to.equal('at 9:45, a score of 5: why?');
    expect(plainText('Que faire : attendre ?')).to.equal('Que faire : attendre ?');
  });

  it('never makes a second main heading', () => {
    expect(renderMarkdown('# Loud')).to.equal('<h2>Loud</h2>\n');
  });

  for (const attack of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](  JaVaScRiPt:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](//evil.example/)',
    '![x](https://evil.example/pixel.png)',
    '[x]: javascript:alert(1)\n\n[x]',
    '<div style="position:fixed" class="button">',
    '`<script>alert(1)</script>`',
    '## <b onclick=alert(1)>x</b>',
    '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
  ]) {
    it(`is harmless: ${attack.slice(0, 40)}`, () => {
      const html = renderMarkdown(attack);
      expect(html).to.not.match(/<(script|img|svg|iframe|b|style)\b/i);
      expect(html).to.not.match(/<[^>]*\s(on\w+|style|srcdoc|title)\s*=/i);
      expect(html).to.not.match(/<[^>]*href="(?!https:)/i);
    });
  }
});

describe('one line of Markdown', () => {
  it('keeps emphasis and code, and nothing else', () => {
    expect(renderInline('not *here* but **there**, `a<b`')).to.equal(
      'not <em>here</em> but <strong>there</strong>, <code>a&lt;b</code>',
    );
    expect(renderInline('[x](https://example.org) <b>y</b> ![z](https://e.example/p.png)')).to.not.match(
      /<(a|b|img)\b/,
    );
    expect(plainText('not *here* but **there**, `a<b`')).to.equal('not here but there, a<b');
  });
});
