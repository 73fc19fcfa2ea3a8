import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CourseFault } from '../course-checks.ts';
import type { AssetStore } from './asset-store.ts';
import { assetFault, assetOf, type CourseAsset, servedBytes } from './course-asset.ts';

const folder = 'files';

const namesIn = async (dir: string): Promise<string[]> => {
  try {
    return (await readdir(join(dir, folder))).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
};

/** Reads what lies in `files` of a course folder; what cannot be used is among the faults. */
export const readAssets = async (dir: string, faults: CourseFault[]): Promise<CourseAsset[]> => {
  const assets: CourseAsset[] = [];
  for (const name of await namesIn(dir)) {
    const bytes = await readFile(join(dir, folder, name));
    const message = assetFault(name, bytes);
    if (message) faults.push({ file: `${folder}/${name}`, field: '', message });
    else assets.push(assetOf(name, bytes));
  }
  return assets;
};

type Listed = { id: string; files?: readonly CourseAsset[] };

/** Keeps the files that a course lists, pictures drawn anew. Repeating it changes nothing. */
export const createKeepAssets =
  (assets: AssetStore) =>
  async (contentDir: string, { id, files = [] }: Listed): Promise<void> => {
    for (const asset of files) {
      if (await assets.has(asset.sha256)) continue;
      const bytes = await readFile(join(contentDir, 'courses', id, folder, asset.name));
      await assets.keep(asset.sha256, asset.mediaType, await servedBytes(asset, bytes));
    }
  };
