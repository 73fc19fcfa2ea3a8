/** Node's `Buffer` for browsers. The package knows base64url only as base64, and compares itself with none but its own. */
import { Buffer } from 'buffer/';

const from = Buffer.from.bind(Buffer) as (...args: unknown[]) => Buffer;
const equals = Buffer.prototype.equals;

Object.assign(Buffer, {
  from: (value: unknown, encoding?: unknown, length?: unknown) =>
    from(value, encoding === 'base64url' ? 'base64' : encoding, length),
});
Buffer.prototype.equals = function (this: Buffer, other: Uint8Array): boolean {
  return equals.call(this, from(other));
};

export { Buffer };
