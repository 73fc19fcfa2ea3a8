/** The offline verifier: everything it needs is in this file and in the snapshot beside it; it asks no network. */
import { createTranslations, formats, isLanguage, type Language } from '../../../platform/i18n.ts';
import type { Report } from '../../../verifier/portable.ts';
import type { Snapshot } from '../snapshot.ts';
import { watchCamera } from './camera.ts';
import { createKnowledge } from './knowledge.ts';
import { type Brought, readCodes, readFile, readText } from './read-file.ts';
import { element, showFault, showReport } from './show.ts';

const byId = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found as T;
};

const snapshot = JSON.parse(byId('snapshot').textContent ?? '') as Snapshot;
const translations = createTranslations(new URL('file:///locales/'));
const knowledge = createKnowledge(snapshot, () => new Date());
/** A list is signed to be relied on for seven days. */
const relied = 7;
const day = 86_400_000;

type Shown =
  | { kind: 'nothing' }
  | { kind: 'report'; report: Report; from: 'pdf' | undefined }
  | { kind: 'fault'; brought: Brought & { ok: false } };
let language: Language = navigator.language.startsWith('fr') ? 'fr' : 'en';
let shown: Shown = { kind: 'nothing' };
let loaded: { key: string; count?: number } | undefined;
let stopCamera: (() => void) | undefined;

const words = () => translations.words(language);

const draw = (): void => {
  const w = words();
  document.documentElement.lang = language;
  document.title = `${w('offline:title')} – ${snapshot.operator}`;
  for (const part of document.querySelectorAll<HTMLElement>('[data-t]'))
    part.textContent = w(`offline:${part.dataset.t}`);
  for (const part of document.querySelectorAll<HTMLElement>('[data-label]'))
    part.setAttribute('aria-label', w(`offline:${part.dataset.label}`));
  for (const button of document.querySelectorAll<HTMLElement>('[data-language]'))
    button.setAttribute('aria-pressed', String(button.dataset.language === language));
  byId('operator').textContent = snapshot.operator;
  byId('newer-address').textContent = `${snapshot.baseUrl}/verifier/snapshot.json`;
  byId('copy-of').textContent = w('offline:copy-of', {
    date: formats(language).dateTime(new Date(snapshot.createdAt)),
  });
  byId('camera').textContent = w(stopCamera ? 'offline:camera-stop' : 'offline:camera-start');
  byId('newer-result').textContent = loaded
    ? w(`offline:newer.${loaded.key}`, { count: loaded.count ?? 0 })
    : '';
  drawAge();
  drawResult();
};

/** How old the news is stands over everything, and turns to a warning when it is too old to say anything of today. */
const drawAge = (): void => {
  const w = words();
  const box = byId('age');
  const age = knowledge.age();
  const days = age ? Math.floor((Date.now() - age.oldest.getTime()) / day) : Number.NaN;
  const stale = !(days < relied && days >= 0);
  box.className = `notice ${stale ? 'warning' : 'information'}`;
  const date = age ? formats(language).dateTime(age.oldest) : '';
  const title = age ? w('offline:age.title', { date }) : w('offline:age.none');
  const sentence =
    !age || days < 0 ? '' : days === 0 ? w('offline:age.today') : w('offline:age.days', { count: days });
  box.replaceChildren(
    element('p', { class: 'notice-title' }, title),
    element('p', {}, `${sentence} ${w(stale ? 'offline:age.stale' : 'offline:age.current')}`.trim()),
  );
};

const drawResult = (): void => {
  const parts =
    shown.kind === 'report'
      ? showReport(shown.report, words(), shown.from)
      : shown.kind === 'fault'
        ? showFault(shown.brought.reason, words())
        : [];
  byId('result').replaceChildren(...parts);
};

const check = async (brought: Brought): Promise<void> => {
  if (brought.ok && 'snapshot' in brought) return load(brought);
  shown = brought.ok
    ? { kind: 'report', report: await knowledge.verify(brought.document), from: brought.from }
    : { kind: 'fault', brought };
  drawResult();
  byId('result').focus();
  byId('result').scrollIntoView({ block: 'start' });
};

const load = async (brought: Brought): Promise<void> => {
  const done = brought.ok && 'snapshot' in brought ? await knowledge.load(brought.snapshot) : undefined;
  loaded = !done
    ? { key: 'not-a-file' }
    : done.lists > 0
      ? { key: 'taken', count: done.lists }
      : { key: 'nothing-newer' };
  // What was shown rested on the older lists.
  shown = { kind: 'nothing' };
  draw();
};

const guarded = (work: Promise<void>): void => {
  work.catch(() => {
    shown = { kind: 'fault', brought: { ok: false, reason: 'not-readable' } };
    drawResult();
  });
};

const sayOfCamera = (key: string): void => {
  byId('camera-fault').textContent = words()(key);
  byId('camera-fault').hidden = false;
};

const toggleCamera = async (): Promise<void> => {
  byId('camera-fault').hidden = true;
  if (stopCamera) {
    stopCamera();
    stopCamera = undefined;
    return draw();
  }
  try {
    stopCamera = await watchCamera(byId<HTMLVideoElement>('video'), (texts) => {
      const brought = readCodes(texts);
      // Both codes stand side by side: the other one is not far.
      if (!brought.ok && brought.reason === 'online-code') {
        sayOfCamera('offline:faults.online-code');
        return false;
      }
      byId('camera-fault').hidden = true;
      stopCamera = undefined;
      guarded(check(brought));
      draw();
      return true;
    });
  } catch {
    sayOfCamera('offline:camera-fault');
  }
  draw();
};

const fileOf = (input: HTMLInputElement, take: (file: File) => Promise<void>): void => {
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file) guarded(take(file));
    // The same file may be chosen again.
    input.value = '';
  });
};

fileOf(byId('file'), async (file) => check(await readFile(file)));
fileOf(byId('newer-file'), async (file) => load(await readFile(file)));
byId('paste-form').addEventListener('submit', (event) => {
  event.preventDefault();
  guarded(check(readText(byId<HTMLTextAreaElement>('text').value)));
});
byId('camera').addEventListener('click', () => guarded(toggleCamera()));
byId('camera-section').hidden = navigator.mediaDevices === undefined;
for (const button of document.querySelectorAll<HTMLElement>('[data-language]')) {
  button.addEventListener('click', () => {
    const chosen = button.dataset.language;
    if (isLanguage(chosen)) language = chosen;
    draw();
  });
}
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  document.body.classList.add('over');
});
document.addEventListener('dragleave', () => document.body.classList.remove('over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('over');
  const file = event.dataTransfer?.files[0];
  if (file) guarded(readFile(file).then(check));
});
draw();
