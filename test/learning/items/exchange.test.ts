import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { strFromU8, unzipSync } from 'fflate';
import { readQuestions, writeQuestions } from '../../../src/learning/items/exchange/exchange.ts';
import type { ImportedQuestion, ImportFormat } from '../../../src/learning/items/exchange/imported.ts';
import { readXml } from '../../../src/learning/items/exchange/xml-tree.ts';
import type { Question } from '../../../src/learning/items/question.ts';
import { exportHtml } from '../../../src/learning/render-markdown.ts';
import { exported, samples } from './samples.ts';

const options = { language: 'fr', tag: 'imported' } as const;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const questionsOf = (format: ImportFormat, content: Uint8Array): readonly ImportedQuestion[] => {
  const read = readQuestions(format, content, options);
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.questions;
};
const fixture = (name: string, format: ImportFormat): readonly ImportedQuestion[] =>
  questionsOf(format, readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const refusalsOf = (format: ImportFormat, content: string | Uint8Array): string[] => {
  const read = readQuestions(format, typeof content === 'string' ? bytes(content) : content, options);
  return read.ok ? [] : read.faults.map(({ code }) => code);
};
const outcome = (one: ImportedQuestion | undefined): string => {
  if (!one) return 'missing';
  return 'question' in one ? one.question.kind : one.faults.map(({ code }) => code).join(' ');
};
const questionOf = (one: ImportedQuestion | undefined): Question => {
  if (!one || !('question' in one)) throw new Error(outcome(one));
  return one.question;
};
const gift = (text: string): ImportedQuestion | undefined => questionsOf('gift', bytes(text))[0];
const moodle = (question: string): ImportedQuestion | undefined =>
  questionsOf('moodle-xml', bytes(`<quiz>${question}</quiz>`))[0];

describe('a file of questions from another tool', () => {
  it('in the shape of Moodle 4 imports what it can, and says of the others why not', () => {
    const questions = fixture('moodle-export.xml', 'moodle-xml');
    expect(questions.map(outcome)).to.deep.equal([
      ...[
        'choice',
        'multiple',
        'choice',
        'text-entry',
        'has-wildcard',
        'numeric',
        'match',
        'extended-text',
        'order',
      ],
      ...['unsupported-type', 'has-image', 'has-script', 'not-one-right'],
    ]);
    expect(questions[11]).to.include({ number: 12, line: 166, name: 'Script' });
    expect(questionOf(questions[0])).to.deep.include({
      tags: ['donnees-personnelles', 'base-legale', 'newsletter'],
      prompt: { en: 'Which basis fits **a newsletter**?', fr: 'Quelle base convient à **une newsletter** ?' },
      points: 2,
      keepOrder: true,
    });
    expect(questionOf(questions[1]).prompt.fr).to.equal(
      'Lesquelles sont sensibles ?\n\n- Pensez à l’article 9\n- H₂O n’en est pas une',
    );
    expect(questions[1]?.notes).to.deep.equal([{ code: 'points-rounded', params: { points: 1.5 } }]);
    expect(questionOf(questions[5])).to.deep.include({
      answer: 72,
      tolerance: 0.5,
      unit: { en: '', fr: 'h' },
    });
    expect(questionOf(questions[6])).to.deep.include({
      distractors: [{ id: 'p3', text: { en: '', fr: 'Visiteur' } }],
    });
  });

  it('written by three other tools is read as far as their formats go', () => {
    const aiken = fixture('aiken-to-moodlexml.xml', 'moodle-xml');
    expect(aiken.map((one) => 'question' in one)).to.deep.equal([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
      true,
    ]);
    const many = fixture('moodlexml-to-json.xml', 'moodle-xml');
    expect(many).to.have.length(23);
    expect(
      many.filter((one) => !('question' in one)).map((one) => `${one.number} ${outcome(one)}`),
    ).to.deep.equal([
      '14 has-image',
      '15 has-image',
      '17 empty-text',
      '20 unsupported-type',
      '21 unsupported-type',
      '22 unsupported-type',
      '23 unsupported-type',
    ]);
    const converted = fixture('markdown-to-moodle-xml.xml', 'moodle-xml');
    expect(converted.map(outcome)).to.deep.equal(['multiple', 'choice', 'has-image', 'has-formula']);
    expect(questionOf(converted[1]).prompt.fr).to.equal(
      'Look at this code:\n\n```\nvar a = 5\nlet b = 6\n```\n\nWhich name can be declared twice?',
    );
    const grammar = fixture('gift-grammar.gift', 'gift');
    expect(grammar.map(outcome)).to.deep.equal([
      ...['choice', 'choice', 'choice', 'has-image', 'extended-text', 'multiple', 'choice', 'choice'],
      ...['text-entry', 'text-entry'],
    ]);
    expect(questionOf(grammar[4]).tags).to.deep.equal(['fred', 'barney-wilma']);
  });
});

describe('Moodle XML', () => {
  it('never takes a question without the picture that belongs to it, wherever the picture stands', () => {
    const file = '<file name="map.png" path="/" encoding="base64">iVBORw0KGgo=</file>';
    const shown = '&lt;img src="@@PLUGINFILE@@/map.png" alt="A map"&gt;';
    /** A question that is in order, but for what stands in one of its texts, and beside it. */
    const asked = (where: string, { inside = '', beside = '', format = 'html' } = {}) => {
      const text = (name: string, words: string): string =>
        name === where ? `<text>${words}${inside}</text>${beside}` : `<text>${words}</text>`;
      return moodle(`<question type="multichoice"><name><text>Map</text></name>
        <questiontext format="${format}">${text('prompt', 'Which town?')}</questiontext>
        <generalfeedback format="html">${text('general', 'Because.')}</generalfeedback>
        <answer fraction="100" format="html">${text('answer', 'Lyon')}
          <feedback format="html">${text('feedback', 'Yes.')}</feedback></answer>
        <answer fraction="0" format="html"><text>Nice</text></answer></question>`);
    };
    expect(outcome(asked('nowhere'))).to.equal('choice');
    for (const where of ['prompt', 'answer', 'feedback', 'general']) {
      expect(outcome(asked(where, { beside: file })), `a file beside ${where}`).to.equal('has-file');
      expect(outcome(asked(where, { inside: shown })), `shown in ${where}`).to.equal('has-image');
      expect(outcome(asked(where, { inside: shown, beside: file })), `both in ${where}`).to.equal(
        'has-image',
      );
    }
    expect(outcome(asked('prompt', { beside: file, format: 'markdown' })), 'Markdown').to.equal('has-file');
    const markdown = moodle(
      '<question type="essay"><questiontext format="markdown"><text>Look: ![](@@PLUGINFILE@@/map.png)</text></questiontext></question>',
    );
    expect(outcome(markdown)).to.include('no-image');
  });

  it('grows no entities and reads no other file', () => {
    const laughs =
      '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz><question><name>&b;</name></question></quiz>';
    expect(refusalsOf('moodle-xml', laughs)).to.deep.equal(['xml-doctype']);
    const outside = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>';
    expect(refusalsOf('moodle-xml', outside)).to.deep.equal(['xml-doctype']);
    expect(refusalsOf('moodle-xml', '<quiz>&nbsp;</quiz>')).to.deep.equal(['xml-broken']);
  });

  it('is refused with its line when it is broken, endless or something else', () => {
    const read = readQuestions('moodle-xml', bytes('<quiz>\n<question>\n</quiz>'), options);
    expect(read).to.deep.equal({ ok: false, faults: [{ line: 3, code: 'xml-broken' }] });
    expect(refusalsOf('moodle-xml', '<a>'.repeat(60))).to.deep.equal(['xml-too-big']);
    expect(refusalsOf('moodle-xml', '<html></html>')).to.deep.equal(['not-moodle-xml']);
    expect(refusalsOf('moodle-xml', '<quiz></quiz>')).to.deep.equal(['no-questions']);
    expect(refusalsOf('moodle-xml', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]))).to.deep.equal([
      'not-the-encoding',
    ]);
    expect(refusalsOf('moodle-xml', '')).to.deep.equal(['xml-broken']);
    expect(refusalsOf('moodle-xml', `<quiz>${'<question type="essay"/>'.repeat(2001)}</quiz>`)).to.deep.equal(
      ['too-many-questions'],
    );
  });

  it('reads other encodings that it declares', () => {
    const text =
      '<?xml version="1.0" encoding="ISO-8859-1"?><quiz><question type="essay"><questiontext><text>Été</text></questiontext></question></quiz>';
    const [one] = questionsOf('moodle-xml', Uint8Array.from([...text].map((sign) => sign.charCodeAt(0))));
    expect(questionOf(one).prompt.fr).to.equal('Été');
  });

  it('keeps what looks like marks as text, and drops what runs', () => {
    const text = (html: string) =>
      moodle(
        `<question type="essay"><questiontext format="html"><text><![CDATA[${html}]]></text></questiontext></question>`,
      );
    expect(questionOf(text('2 * 3 * 4 &lt;b&gt; [x](y) # _z_')).prompt.fr).to.equal(
      '2 \\* 3 \\* 4 \\<b\\> \\[x\\](y) # \\_z\\_',
    );
    expect(questionOf(text('Pourquoi&nbsp;?')).prompt.fr).to.equal('Pourquoi\u00a0?');
    expect(questionOf(text('<p onclick="x()">A<br>B</p><p>1. C</p>')).prompt.fr).to.equal('A\\\nB\n\n1\\. C');
    expect(questionOf(text('<a href="javascript:alert(1)">A</a>'))).to.deep.include({
      prompt: { en: '', fr: 'A' },
    });
    expect(outcome(text('<iframe src="https://a.example"></iframe>'))).to.include('has-media');
    expect(outcome(text('<b>'.repeat(500)))).to.include('too-deep');
    expect(
      questionOf(text('<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>')).prompt.fr,
    ).to.equal('| a | b |\n| --- | --- |\n| 1 | 2 |');
  });
});

describe('GIFT', () => {
  it('reads weights, ranges, tolerances, truth, gaps and escapes', () => {
    expect(questionOf(gift('Length? {#2.741..2.742}'))).to.deep.include({
      answer: 2.7415,
      tolerance: 0.0005,
    });
    expect(questionOf(gift('Born? {#\n=1822:0\n=%50%1822:2}'))).to.include({ answer: 1822, tolerance: 0 });
    expect(gift('Born? {#\n=1822:0\n=%50%1822:2}')?.notes).to.deep.equal([{ code: 'other-numbers-dropped' }]);
    expect(questionOf(gift('Sky is blue.{T}'))).to.deep.include({ keepOrder: true });
    expect(questionOf(gift('It was {~second =fourth} of June.')).prompt.fr).to.equal(
      'It was \\_\\_\\_\\_\\_ of June.',
    );
    const half = questionOf(gift('Which? {~wrong ~%50%half =full}'));
    expect(
      half.kind === 'choice' && half.options.map(({ correct, credit }) => correct ?? credit),
    ).to.deep.equal([undefined, 0.5, true]);
    const escaped = questionOf(gift('Which is 5? {~ \\= 2 + 2 = \\= 2 + 3}'));
    expect(escaped.kind === 'choice' && escaped.options[1]?.text.fr).to.equal('= 2 + 3');
    expect(questionOf(gift('$CATEGORY: $course$/top/Été 2026\n\nA? {}')).tags).to.deep.equal(['ete-2026']);
  });

  it('says by line what it cannot read, and reads the rest', () => {
    const read = questionsOf('gift', bytes('Just words.\n\nOne? {=a ~b}\n\nOpen? {=a\n~b'));
    expect(read.map((one) => `${one.line} ${outcome(one)}`)).to.deep.equal([
      '1 no-answers',
      '3 choice',
      '5 brace-open',
    ]);
    expect(refusalsOf('gift', new Uint8Array([0xff, 0xfe, 0x41]))).to.deep.equal(['not-utf-8']);
    expect(refusalsOf('gift', 'No question at all')).to.deep.equal(['no-questions']);
    expect(outcome(gift('Match? {=a -> x =a -> y}'))).to.equal('repeated-text');
    expect(outcome(gift('Which? {~a ~b}'))).to.equal('none-right');
  });

  it('answers in little time whatever it is given', () => {
    const begun = performance.now();
    for (const text of [
      '{'.repeat(50_000),
      '\\'.repeat(50_001),
      '=~#'.repeat(20_000),
      `a{${'=%'.repeat(30_000)}}`,
      `::${':'.repeat(50_000)}`,
    ]) {
      readQuestions('gift', bytes(`${text}{}`), options);
    }
    const comments = Array.from({ length: 20_000 }, () => '// [tag:').join('\n');
    readQuestions('gift', bytes(`${comments}\nA? {}`), options);
    readQuestions(
      'gift',
      bytes(`[html]${'{mlang fr}'.repeat(100_000).replaceAll(/[{}]/g, '\\$&')} {}`),
      options,
    );
    expect(outcome(gift(`A? {${'~a'.repeat(300_000)}}`))).to.equal('too-many');
    expect(performance.now() - begun).to.be.below(4000);
  });
});

describe('CSV', () => {
  const row = (columns: string, ...rows: string[]) => bytes([columns, ...rows].join('\r\n'));

  it('reads a table that people made, with commas or semicolons, and says what is wrong by line', () => {
    const content = row(
      'kind;tags;prompt_fr;part1_fr;part1_right;part2_fr;part2_right;answer;tolerance',
      'choice;droit été;Lequel ?;Oui;oui;Non;;;',
      'numeric;;Combien ?;;;;;3,5;0,1',
      'choice;;Sans réponse;Oui;;Non;;;',
      'hotspot;;Où ?;;;;;;',
      'numeric;;Combien ?;;;;;beaucoup;',
    );
    const questions = questionsOf('csv', content);
    expect(questions.map((one) => `${one.line} ${outcome(one)}`)).to.deep.equal([
      '2 choice',
      '3 numeric',
      '4 not-one-right',
      '5 not-valid',
      '6 not-valid',
    ]);
    expect(questionOf(questions[0]).tags).to.deep.equal(['droit', 'ete']);
    expect(questionOf(questions[1])).to.include({ answer: 3.5, tolerance: 0.1 });
  });

  it('is refused as a whole when its columns or its text are not ours', () => {
    expect(refusalsOf('csv', row('a,b', '1,2'))).to.deep.equal(['csv-without-kind']);
    expect(refusalsOf('csv', row('kind,secret', 'choice,x'))).to.deep.equal(['csv-strange-columns']);
    expect(refusalsOf('csv', row('kind,prompt_en', '"choice'))).to.deep.equal(['csv-broken']);
    expect(refusalsOf('csv', row('kind,prompt_en'))).to.deep.equal(['no-questions']);
  });

  it('is never taken for formulas by a spreadsheet', () => {
    const text = new TextDecoder().decode(writeQuestions('csv', exported).bytes);
    expect(text).to.include("'=1+1");
    expect(text).to.not.match(/(^|[,\n])=/);
  });
});

/** What a format cannot say is taken out of both sides; the rest must be the same. */
const without = (question: Question, fields: readonly string[]): unknown => ({
  ...Object.fromEntries(Object.entries(question).filter(([name]) => !['id', ...fields].includes(name))),
});

/** There are several ways to write one thing in Markdown: `\\~` and `~`. What counts is what readers see. */
const seen = (value: unknown): unknown => {
  if (typeof value === 'string') return exportHtml(value);
  if (Array.isArray(value)) return value.map(seen);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, seen(part)]));
};

describe('our own export, read again', () => {
  const again = (format: ImportFormat) =>
    questionsOf(format, writeQuestions(format, exported).bytes).map(questionOf);

  it('is the same as CSV, to the last mark', () => {
    expect(again('csv').map((one) => without(one, []))).to.deep.equal(samples.map((one) => without(one, [])));
  });

  it('is the same as Moodle XML, but for the longest answer', () => {
    const cut = (one: Question) => seen(without(one, ['maxLength']));
    expect(again('moodle-xml').map(cut)).to.deep.equal(samples.map(cut));
    const { losses } = writeQuestions('moodle-xml', exported);
    expect(losses).to.deep.equal([
      { itemId: 'whole', code: 'needs-multichoiceset' },
      { itemId: 'order', code: 'needs-ordering' },
      { itemId: 'essay', code: 'max-length' },
    ]);
  });

  it('is the same as GIFT, but for points, order, units and what else is listed', () => {
    const fields = ['maxLength', 'points', 'keepOrder', 'unit', 'caseSensitive', 'guide', 'scoring'];
    const cut = (one: Question) => seen(without(one, fields));
    expect(again('gift').map(cut)).to.deep.equal(samples.filter(({ kind }) => kind !== 'order').map(cut));
    const lost = writeQuestions('gift', exported).losses.map(({ itemId, code }) => `${itemId} ${code}`);
    expect(lost).to.include.members([
      ...['choice points', 'choice keep-order', 'whole becomes-partial', 'order left-out', 'numeric unit'],
      ...['entry case-sensitive', 'essay guide', 'essay max-length'],
    ]);
  });

  it('is a QTI 3 package: an item per language, all named in the manifest, all well formed', () => {
    const { bytes: zip, losses } = writeQuestions('qti3', exported);
    const files = unzipSync(zip);
    const manifest = readXml(files['imsmanifest.xml'] ?? new Uint8Array());
    if (!manifest.ok) throw new Error(manifest.code);
    const named = [
      ...strFromU8(files['imsmanifest.xml'] as Uint8Array).matchAll(/<resource [^>]*href="([^"]+)"/g),
    ].map(([, href]) => href);
    expect(named.sort()).to.deep.equal(
      Object.keys(files)
        .filter((name) => name !== 'imsmanifest.xml')
        .sort(),
    );
    // Nine questions in two languages; the last is only written in one.
    expect(named).to.have.length(17);
    for (const name of named) {
      const item = readXml(files[name ?? ''] ?? new Uint8Array());
      if (!item.ok) throw new Error(`${name}: ${item.code}, line ${item.line}`);
      expect(item.root.name).to.equal('qti-assessment-item');
      expect(item.root.children.map((child) => child.name)).to.include.members([
        'qti-response-declaration',
        'qti-item-body',
      ]);
    }
    expect(losses.map(({ code }) => code)).to.include.members(['feedback', 'becomes-whole', 'tags']);
  });
});
