import { expect } from 'chai';
import { createMemoryCopies, ReadingTooSlow } from '../../src/platform/memory-copies.ts';

type Value = { text: string };

/** A source that answers when told to, and a watch that is moved by hand. */
const setting = (patience = 2000) => {
  let now = 0;
  let changes = 0;
  let text: string | undefined = 'one';
  let reads = 0;
  let gate: Promise<void> | undefined;
  let failure: Error | undefined;
  const copies = createMemoryCopies<Value>({
    read: async () => {
      reads += 1;
      const seen = text;
      await gate;
      if (failure) throw failure;
      return seen === undefined ? undefined : { text: seen };
    },
    versionOf: (value) => value.text,
    changes: () => changes,
    maxAge: 800,
    maxCopies: 3,
    patience,
    elapsed: () => now,
  });
  return {
    copies,
    reads: () => reads,
    write: (next: string | undefined, own = false) => {
      text = next;
      if (own) changes += 1;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    fail: (error: Error | undefined) => {
      failure = error;
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
  };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('copies in memory', () => {
  it('are read once for all who ask', async () => {
    const { copies, reads } = setting();
    const [one, two] = await Promise.all([copies.current('a'), copies.current('a')]);
    expect(one).to.equal(two);
    expect(await copies.current('a')).to.equal(one);
    expect(copies.fresh('a')).to.equal(one);
    expect(reads()).to.equal(1);
  });

  it('show what another changed when their time is over, and not a moment later', async () => {
    const { copies, write, pass } = setting();
    await copies.current('a');
    write('two');
    pass(799);
    expect(copies.fresh('a')?.text).to.equal('one');
    pass(1);
    expect(copies.fresh('a')).to.equal(undefined);
    expect((await copies.current('a'))?.text).to.equal('two');
  });

  it('are read anew in the background while they are asked for, so that nobody waits', async () => {
    const { copies, write, pass, reads } = setting();
    await copies.current('a');
    write('two');
    pass(599);
    expect(copies.fresh('a')?.text).to.equal('one');
    await settled();
    expect(reads()).to.equal(1);
    pass(2);
    expect(copies.fresh('a')?.text).to.equal('one');
    await settled();
    expect(copies.fresh('a')?.text).to.equal('two');
    expect(reads()).to.equal(2);
  });

  it('are read anew along with the first that is due, if somebody asks for them', async () => {
    const { copies, pass, reads } = setting();
    await copies.current('a');
    pass(100);
    await copies.current('b');
    await copies.current('c');
    pass(400);
    copies.fresh('b');
    pass(101);
    copies.fresh('a');
    await settled();
    // Of `c` nobody has asked since it was read.
    expect(reads()).to.equal(5);
    pass(600);
    expect([copies.fresh('a'), copies.fresh('b'), copies.fresh('c')].map((one) => one?.text)).to.deep.equal([
      'one',
      'one',
      undefined,
    ]);
  });

  it('count their age from the beginning of a reading, not from its end', async () => {
    const { copies, hold, pass, write } = setting();
    const release = hold();
    const slow = copies.current('a');
    pass(700);
    write('two');
    release();
    await slow;
    pass(100);
    expect(copies.fresh('a')).to.equal(undefined);
    expect((await copies.current('a'))?.text).to.equal('two');
  });

  it('show what this process changed at once, also when they are being read just then', async () => {
    const { copies, hold, write, reads } = setting();
    await copies.current('a');
    write('two', true);
    expect(copies.fresh('a')).to.equal(undefined);
    const release = hold();
    const early = copies.current('a');
    write('three', true);
    const late = copies.current('a');
    release();
    expect((await early)?.text).to.equal('two');
    expect((await late)?.text).to.equal('three');
    expect(copies.fresh('a')?.text).to.equal('three');
    expect(reads()).to.equal(3);
  });

  it('stay the same object until something changes', async () => {
    const { copies, pass, write } = setting();
    const one = await copies.current('a');
    pass(900);
    expect(await copies.current('a')).to.equal(one);
    pass(900);
    write('two');
    expect(await copies.current('a')).to.not.equal(one);
  });

  it('keep nothing of what does not exist, or no longer', async () => {
    const { copies, write, pass, reads } = setting();
    await copies.current('a');
    write(undefined);
    pass(900);
    expect(await copies.current('a')).to.equal(undefined);
    expect(copies.last('a')).to.equal(undefined);
    expect(await copies.current('a')).to.equal(undefined);
    expect(reads()).to.equal(3);
  });

  it('tell the last one with its age when reading fails, unless this process has changed it since', async () => {
    const { copies, fail, pass, write } = setting();
    await copies.current('a');
    pass(5000);
    fail(new Error('gone'));
    expect(await copies.current('a').catch((error) => error.message)).to.equal('gone');
    expect(copies.last('a')).to.deep.equal({ value: { text: 'one' }, age: 5000 });
    write('two', true);
    expect(copies.last('a')).to.equal(undefined);
  });

  it('wait no longer than they may', async () => {
    const { copies, hold } = setting(5);
    const release = hold();
    const failure = await copies.current('a').catch((error) => error);
    release();
    expect(failure).to.be.instanceOf(ReadingTooSlow);
  });

  it('are no more than there is room for, and none stays that nobody asks for', async () => {
    const { copies, pass } = setting();
    for (const key of ['a', 'b', 'c', 'd']) await copies.current(key);
    expect(['a', 'b', 'c', 'd'].map((key) => copies.last(key) !== undefined)).to.deep.equal([
      false,
      true,
      true,
      true,
    ]);
    pass(60_001);
    await copies.current('e');
    expect(copies.last('d')).to.equal(undefined);
  });
});
