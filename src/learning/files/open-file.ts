import { notFound } from '../../platform/errors.ts';
import type { Participation } from '../participation.ts';
import type { AssetStore } from './asset-store.ts';
import { assetKind, type MediaType } from './course-asset.ts';

export type OpenedFile = {
  name: string;
  mediaType: MediaType;
  bytes: Buffer;
  /** Taken along, or shown inside a page. */
  use: 'download' | 'inside';
};

type Deps = { assets: AssetStore; participation: Participation };
type Wanted = { accountId: string; enrolmentId: string; name: string };

/**
 * A file of the version that a learner is enrolled in, for this learner alone.
 * @throws DomainError `not-found`, `enrolment-closed`
 */
export const createOpenFile =
  ({ assets, participation }: Deps) =>
  async ({ accountId, enrolmentId, name }: Wanted): Promise<OpenedFile> => {
    const { course } = await participation.open(accountId, enrolmentId);
    const asset = course.files?.find((file) => file.name === name);
    const bytes = asset && (await assets.read(asset.sha256));
    if (!asset || !bytes) throw notFound();
    const use = assetKind(name) === 'document' ? 'download' : 'inside';
    return { name, mediaType: asset.mediaType, bytes, use };
  };
