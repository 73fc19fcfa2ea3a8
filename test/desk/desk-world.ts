import { openWorld, type World } from '../support/world.ts';

/** A world with certificates of one batch, the quick way to have several. */
export type DeskWorld = World & { numbers: readonly string[] };

const courseId = 'protecting-personal-data';
const names = ['Amélie Durand', 'Ołena Шевченко', 'Zoé Šťastná', 'Rémi Petit', 'Ines Garnier'];

const fileOf = (count: number): Uint8Array => {
  const rows = names.slice(0, count).map((name, i) => {
    const [given, family] = name.split(' ');
    return `${given},${family},holder-${i}@example.org,${i === 1 ? 'fr' : 'en'},2026-11-20`;
  });
  return new TextEncoder().encode(`given name,family name,e-mail,language,awarded on\n${rows.join('\n')}\n`);
};

/** Opens a world where so many people (five at most) hold a certificate. */
export const openDeskWorld = async (
  count: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<DeskWorld> => {
  const world = await openWorld(settings);
  const { batches } = world.modules.issuer;
  const preview = await batches.preview({ file: fileOf(count), courseId, by: 'staff' });
  if (preview.outcome !== 'read') throw new Error(JSON.stringify(preview.faults));
  const { id } = preview.batch;
  await batches.confirm({ batchId: id, by: 'staff', includeRepeated: false, letters: false });
  await world.settle();
  const entries = await batches.entries(id);
  return { ...world, numbers: entries.map(({ identifier }) => identifier) };
};

/** Sends one file as the form of a page does. */
export const upload = (
  world: World,
  path: string,
  file: Uint8Array,
  { name = 'file.bin', accept = 'application/json' }: { name?: string; accept?: string } = {},
) => world.agent().post(path).set('Accept', accept).attach('file', Buffer.from(file), name);
