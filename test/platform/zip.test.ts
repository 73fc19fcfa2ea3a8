import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import { looksLikeZip, readZip } from '../../src/platform/zip.ts';

const limits = { maxEntries: 3, maxEntryBytes: 100_000, maxTotalBytes: 150_000, maxRatio: 50 };
/** Bytes that nothing packs, the same every time. */
const noise = (length: number): Uint8Array => {
  const parts = Array.from({ length: Math.ceil(length / 64) }, (_, i) =>
    createHash('sha512').update(`${length}:${i}`).digest(),
  );
  return new Uint8Array(Buffer.concat(parts).subarray(0, length));
};
const read = (files: Parameters<typeof zipSync>[0], change: (zip: Buffer) => void = () => undefined) => {
  const zip = Buffer.from(zipSync(files));
  change(zip);
  return readZip(zip, limits);
};
const faults = (result: ReturnType<typeof readZip>) =>
  result.ok
    ? result.entries.map((entry) => ('fault' in entry ? entry.fault : entry.bytes.length))
    : result.reason;
/** Where the list of entries begins. */
const listAt = (zip: Buffer): number => zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));

describe('Reading a ZIP archive', () => {
  it('gives packed and plain files, and leaves folders and the files of systems out', () => {
    const result = read({
      'a.txt': strToU8('hello'),
      'b/c.bin': [noise(1000), { level: 0 }],
      'b/': new Uint8Array(),
      '__MACOSX/._a.txt': strToU8('x'),
      '.DS_Store': strToU8('x'),
    });
    expect(result.ok && result.entries.map(({ name }) => name)).to.deep.equal(['a.txt', 'b/c.bin']);
    expect(faults(result)).to.deep.equal([5, 1000]);
  });

  it('unpacks no bomb: neither one file, nor many, nor one whose stated size lies', () => {
    const zeros = new Uint8Array(3_000_000);
    expect(faults(read({ bomb: [zeros, { level: 9 }], ok: strToU8('fine') }))).to.deep.equal([
      'unpacks-too-large',
      4,
    ]);
    const lies = read({ bomb: [zeros, { level: 9 }] }, (zip) => zip.writeUInt32LE(10, listAt(zip) + 24));
    expect(faults(lies)).to.deep.equal(['unpacks-too-large']);
    const many = { a: noise(90_000), b: noise(90_000) };
    expect(faults(read(many))).to.equal('archive-too-large');
    expect(faults(read({ big: [noise(120_000), { level: 0 }] }))).to.deep.equal(['too-large']);
    expect(faults(read({ a: noise(1), b: noise(2), c: noise(3), d: noise(4) }))).to.equal('archive-too-many');
  });

  it('does not let entries share their bytes', () => {
    const shared = read({ a: [noise(500), { level: 0 }], b: [noise(500), { level: 0 }] }, (zip) => {
      const first = listAt(zip);
      zip.writeUInt32LE(zip.readUInt32LE(first + 42), first + 46 + 1 + 42);
    });
    expect(faults(shared)).to.equal('archive-unreadable');
  });

  it('names what is locked or damaged, and refuses what is no archive', () => {
    const locked = read({ a: strToU8('secret'), b: strToU8('open') }, (zip) =>
      zip.writeUInt16LE(1, listAt(zip) + 8),
    );
    expect(faults(locked)).to.deep.equal(['locked', 4]);
    const damaged = read({ a: noise(5000) }, (zip) => zip.fill(0xff, 40, 300));
    expect(faults(damaged)).to.deep.equal(['entry-unreadable']);
    const zip = Buffer.from(zipSync({ a: strToU8('hello') }));
    for (const broken of [
      zip.subarray(0, zip.length - 8),
      zip.subarray(0, 10),
      Buffer.from('PK'),
      Buffer.alloc(100_000),
    ])
      expect(faults(readZip(broken, limits))).to.equal('archive-unreadable');
    for (let at = 0; at < zip.length; at += 1) {
      const changed = Buffer.from(zip);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(() => readZip(changed, limits)).not.to.throw();
    }
    expect(looksLikeZip(zip)).to.equal(true);
    expect(looksLikeZip(strToU8('PKM'))).to.equal(false);
  });
});
