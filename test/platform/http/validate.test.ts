import { expect } from 'chai';
import { z } from 'zod';
import { DomainError } from '../../../src/platform/errors.ts';
import { check, validate } from '../../../src/platform/http/validate.ts';

const shape = z.strictObject({
  name: z.string().min(1).max(5),
  nick: z.string().min(3).optional(),
  email: z.email(),
  age: z.number().min(18).max(120),
  kind: z.enum(['a', 'b']),
  code: z.string().refine((text) => text !== 'bad', 'bad-code-here'),
  tags: z.array(z.string().max(3)),
  'a/b~c': z.string().max(2).optional(),
});
const good = { name: 'Zoé', email: 'zoe@mail.example', age: 30, kind: 'a', code: 'x', tags: ['one'] };

const faultsOf = (input: unknown) => {
  const checked = check(shape, input);
  return checked.ok ? [] : checked.faults;
};

describe('Checking input', () => {
  it('answers the parsed value when nothing is wrong', () => {
    expect(check(shape, good)).to.deep.equal({ ok: true, value: good });
  });

  for (const [change, pointer, code, params] of [
    [{ name: '' }, '/name', 'required', undefined],
    [{ name: undefined }, '/name', 'required', undefined],
    [{ name: 7 }, '/name', 'not-valid', undefined],
    [{ name: ['Zoé'] }, '/name', 'not-valid', undefined],
    [{ name: { $ne: '' } }, '/name', 'not-valid', undefined],
    [{ name: 'Maximilian' }, '/name', 'too-long', { max: 5 }],
    [{ nick: 'z' }, '/nick', 'too-short', { min: 3 }],
    [{ email: 'zoe' }, '/email', 'not-an-email', undefined],
    [{ age: 3 }, '/age', 'too-small', { min: 18 }],
    [{ age: 300 }, '/age', 'too-big', { max: 120 }],
    [{ kind: 'c' }, '/kind', 'not-an-option', undefined],
    [{ code: 'bad' }, '/code', 'bad-code-here', undefined],
    [{ tags: ['one', 'three'] }, '/tags/1', 'too-long', { max: 3 }],
    [{ 'a/b~c': 'long' }, '/a~1b~0c', 'too-long', { max: 2 }],
    [{ admin: 'yes' }, '/admin', 'unknown-field', undefined],
    [{ 'x/y': 'yes' }, '/x~1y', 'unknown-field', undefined],
  ] as const) {
    it(`tells ${JSON.stringify(change)} as ${code} at ${pointer}`, () => {
      expect(faultsOf({ ...good, ...change })).to.deep.equal([
        { pointer, code, ...(params ? { params } : {}) },
      ]);
    });
  }

  it('tells every fault at once', () => {
    const codes = faultsOf({ ...good, name: '', email: 'x', admin: 1, root: 2 }).map(({ code }) => code);
    expect(codes).to.have.members(['required', 'not-an-email', 'unknown-field', 'unknown-field']);
  });

  it('refuses what is no object at all', () => {
    for (const input of [undefined, null, 'text', 7, []]) expect(faultsOf(input)).to.have.length(1);
  });

  it('throws the same faults for machines', () => {
    expect(() => validate(shape, { ...good, name: '' }))
      .to.throw(DomainError)
      .that.deep.includes({ kind: 'invalid', errors: [{ pointer: '/name', code: 'required' }] });
  });
});
