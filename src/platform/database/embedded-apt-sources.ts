export type SourcesForm = 'deb822' | 'one-line';
type Releases = { own: string; newer: string };

/** Only the distribution's own archives end so; `bookworm-pgdg` and the like belong to others. */
const suffixes = ['', '-updates', '-security'];

/** Machines may name their release by its rank, which moves on when a newer one comes out. */
const ranks = ['stable', 'oldstable', 'oldoldstable'];

const newerSuite = (suite: string, { own, newer }: Releases): string | undefined => {
  const suffix = suffixes.find((ending) => [own, ...ranks].some((name) => suite === `${name}${ending}`));
  return suffix === undefined ? undefined : `${newer}${suffix}`;
};

/**
 * The package sources of a machine (sources.list(5)) with only the release changed: same mirrors, same keys. Sources of
 * other publishers, source packages, discs, switched-off entries and components other than `main` are left out. Empty
 * when nothing remains.
 */
export const rewriteSources = (text: string, form: SourcesForm, releases: Releases): string =>
  form === 'deb822' ? rewriteDeb822(text, releases) : rewriteOneLine(text, releases);

/** `deb [options] uri suite component...`, one per line. */
const rewriteOneLine = (text: string, releases: Releases): string => {
  const lines = text.split('\n').flatMap((line) => {
    const entry = /^\s*deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    const [, options = '', uri = '', suite = '', components = ''] = entry ?? [];
    const newer = newerSuite(suite, releases);
    if (!newer || uri.startsWith('cdrom:') || !components.split(/\s+/).includes('main')) return [];
    return [`deb ${options}${uri} ${newer} main\n`];
  });
  return [...new Set(lines)].join('');
};

/** Stanzas of `Field: value`, a value going on in lines that begin with a blank; `#` lines are comments anywhere. */
const rewriteDeb822 = (text: string, releases: Releases): string =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n\s*\n/)
    .map((stanza) => rewriteStanza(stanza, releases))
    .filter(Boolean)
    .join('\n');

const rewriteStanza = (stanza: string, releases: Releases): string => {
  const fields = fieldsOf(stanza);
  const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
  const suites = words('suites').flatMap((suite) => newerSuite(suite, releases) ?? []);
  const uris = words('uris').filter((uri) => !uri.startsWith('cdrom:'));
  const off = ['no', 'false', 'off', '0'].includes(words('enabled')[0]?.toLowerCase() ?? '');
  const packages = words('types').includes('deb') && words('components').includes('main');
  if (off || !packages || suites.length === 0 || uris.length === 0) return '';
  const changed = new Map([
    ...fields,
    ['types', ' deb'],
    ['uris', ` ${uris.join(' ')}`],
    ['suites', ` ${[...new Set(suites)].join(' ')}`],
    ['components', ' main'],
  ]);
  return [...changed].map(([name, value]) => `${name}:${value}\n`).join('');
};

/** Field names count without regard to case (deb822(5)); values keep their leading blank and their line breaks. */
const fieldsOf = (stanza: string): Map<string, string> => {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of stanza.matchAll(/^([A-Za-z][\w-]*):(.*(?:\n[ \t].*)*)/gm)) {
    fields.set(name.toLowerCase(), value);
  }
  return fields;
};
