import { createHash } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';

export type RenditionKind = 'pdf' | 'png';

type RenditionDocument = {
  _id: string;
  certificate: string;
  kind: RenditionKind;
  bytes: Buffer;
  sha256: string;
  createdAt: Date;
};

const schema = new mongoose.Schema<RenditionDocument>(
  {
    _id: { type: String, required: true },
    certificate: { type: String, required: true },
    kind: { type: String, enum: ['pdf', 'png'], required: true },
    bytes: { type: Buffer, required: true },
    sha256: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'renditions', versionKey: false },
).index({ certificate: 1 });

/** A certificate that was signed anew is drawn anew: its sheet carries the record. */
const idOf = (certificate: string, kind: RenditionKind, edition: number): string =>
  edition === 0 ? `${certificate}:${kind}` : `${certificate}:${kind}:${edition}`;

/** Drawn certificates, kept: the first drawing of an edition is what everybody gets ever after. */
export const createRenditionStore = (connection: Connection) => {
  const renditions = connection.model<RenditionDocument>('Rendition', schema);

  const find = async (
    certificate: string,
    kind: RenditionKind,
    edition: number,
  ): Promise<Uint8Array | undefined> => {
    const found = await renditions.findById(idOf(certificate, kind, edition));
    return found ? Uint8Array.from(found.bytes) : undefined;
  };

  return {
    find,

    keep: async (
      certificate: string,
      kind: RenditionKind,
      edition: number,
      { bytes, now }: { bytes: Uint8Array; now: Date },
    ): Promise<Uint8Array> => {
      try {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const _id = idOf(certificate, kind, edition);
        await renditions.create({
          _id,
          certificate,
          kind,
          bytes: Buffer.from(bytes),
          sha256,
          createdAt: now,
        });
        return bytes;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        return (await find(certificate, kind, edition)) ?? bytes;
      }
    },

    forget: async (certificates: readonly string[]): Promise<void> => {
      await renditions.deleteMany({ certificate: mongoose.trusted({ $in: [...certificates] }) });
    },
  };
};

export type RenditionStore = ReturnType<typeof createRenditionStore>;
