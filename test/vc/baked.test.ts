import { crc32, deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { PNG } from 'pngjs';
import { bakePng, bakeSvg, readBakedBadge } from '../../src/vc/index.ts';

const credential = { name: 'Zoé ]]> <b>&amp;', proof: { type: 'DataIntegrityProof' } };
const json = JSON.stringify(credential);
const picture = Uint8Array.from(PNG.sync.write(new PNG({ width: 3, height: 2 })));
const afterHeader = 33;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A chunk as other programs write it. */
const chunk = (data: Buffer, type = 'iTXt'): Buffer => {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length);
  numbers.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([numbers.subarray(0, 4), typed, numbers.subarray(4)]);
};
const withChunk = (data: string | Buffer, type?: string): Uint8Array =>
  Uint8Array.from(
    Buffer.concat([
      picture.subarray(0, afterHeader),
      chunk(Buffer.from(data), type),
      picture.subarray(afterHeader),
    ]),
  );

const svg = (content: string, prefix = 'openbadges'): Uint8Array =>
  bytesOf(
    `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:${prefix}="https://purl.imsglobal.org/ob/v3p0">${content}<rect/></svg>`,
  );

describe('A credential baked into a picture', () => {
  it('is in a PNG that stays the same picture, and is read again', () => {
    const baked = bakePng(picture, json);
    expect(PNG.sync.read(Buffer.from(baked)).data.equals(PNG.sync.read(Buffer.from(picture)).data)).to.equal(
      true,
    );
    expect(readBakedBadge(baked)).to.deep.equal({ credential });
    expect(Buffer.from(baked).includes('openbadgecredential\0\0\0\0\0{')).to.equal(true);
  });

  it('is in an SVG that shows the picture, and is read again whatever its texts say', () => {
    const drawn = { png: picture, width: 3, height: 2, title: 'A <b> & "c"', language: 'en' };
    const baked = bakeSvg(drawn, json);
    expect(baked).to.contain('<title>A &lt;b&gt; &amp; &quot;c&quot;</title>');
    expect(baked).to.match(
      /<svg [^>]*xmlns:openbadges="https:\/\/purl\.imsglobal\.org\/ob\/v3p0"[^>]*>\n<openb/,
    );
    expect(readBakedBadge(bytesOf(baked))).to.deep.equal({ credential });
  });

  it('is read as other issuers bake it', () => {
    const jws = 'e30.e30.c2ln';
    expect(readBakedBadge(withChunk(`openbadgecredential\0\0\0en\0titre\0${jws}`))).to.deep.equal({
      credential: jws,
    });
    for (const content of [
      `<openbadges:credential verify="${jws}"></openbadges:credential>`,
      `<openbadges:credential verify='${jws}'/>`,
    ])
      expect(readBakedBadge(svg(content))).to.deep.equal({ credential: jws });
    const plain = '<ob:credential>\n{&quot;a&quot;:"&lt;&amp;"}\n</ob:credential>';
    expect(readBakedBadge(svg(plain, 'ob'))).to.deep.equal({ credential: { a: '<&' } });
    const inside = '<ob:credential><![CDATA[{"a":"</ob:credential>"}]]></ob:credential>';
    expect(readBakedBadge(svg(inside, 'ob'))).to.deep.equal({ credential: { a: '</ob:credential>' } });
  });

  it('is not seen where there is none', () => {
    for (const bytes of [
      picture,
      picture.subarray(0, 20),
      withChunk('openbadges\0\0\0\0\0{}'),
      withChunk('openbadgecredential\0{}', 'tEXt'),
      svg(''),
      bytesOf('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      bytesOf('GIF89a'),
      new Uint8Array(),
    ])
      expect(readBakedBadge(bytes)).to.equal(undefined);
  });

  it('is refused when damaged, compressed or not alone', () => {
    const damaged = bakePng(picture, json);
    damaged[afterHeader + 40] = 0;
    const packed = deflateSync(Buffer.alloc(1_000_000, 'a'));
    const compressed = Buffer.concat([Buffer.from('openbadgecredential\0\x01\0\0\0'), packed]);
    const element = '<openbadges:credential><![CDATA[{}]]></openbadges:credential>';
    const faults: [string, Uint8Array][] = [
      ['badge-corrupt', damaged],
      ['badge-corrupt', bakePng(picture, json).subarray(0, 80)],
      ['badge-corrupt', withChunk('openbadgecredential\0')],
      ['badge-corrupt', withChunk('openbadgecredential\0\0\0en')],
      ['badge-corrupt', bakePng(picture, 'no JSON')],
      ['badge-compressed', withChunk(compressed)],
      ['badge-repeated', bakePng(bakePng(picture, json), json)],
      ['badge-corrupt', svg('<openbadges:credential><![CDATA[{}')],
      ['badge-corrupt', svg('<openbadges:credential')],
      ['badge-corrupt', svg('<openbadges:credential><b>{}</b></openbadges:credential>')],
      ['badge-corrupt', svg('<openbadges:credential></openbadges:credential>')],
      ['badge-repeated', svg(element + element)],
      ['badge-repeated', svg(`<!-- ${element} -->${element}`)],
    ];
    for (const [fault, bytes] of faults) expect(readBakedBadge(bytes)).to.deep.equal({ fault });
  });

  it('costs little to look for in what was made to cost a lot', function () {
    // Reading it in squares of its length would take hours.
    this.timeout(20_000);
    const heavy = [
      svg(`<openbadges:credential>${'<![CDATA['.repeat(500_000)}`),
      svg(`<openbadges:credential>${'<![CDATA[]]>'.repeat(400_000)}</openbadges:credential>`),
      bytesOf(`<svg ${'xmlns:a= '.repeat(500_000)}`),
      withChunk(Buffer.alloc(4_000_000)),
      Uint8Array.from(Buffer.concat([picture.subarray(0, 8), Buffer.alloc(4_000_000)])),
    ];
    const began = performance.now();
    for (const bytes of heavy) readBakedBadge(bytes);
    expect(performance.now() - began).to.be.lessThan(10_000);
  });
});
