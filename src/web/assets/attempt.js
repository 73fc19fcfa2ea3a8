// Saves each answer as soon as it changes and keeps it on this device until the server has it. Without this file the
// Save button does the same.

const form = document.querySelector('[data-autosave]');
const handIn = document.querySelector('[data-hand-in]');
const address = form?.dataset.autosave ?? handIn?.dataset.pulse;
const sitting = (form ?? handIn)?.dataset.sitting;
const attempt = (form ?? handIn)?.dataset.attempt;
const retryAfter = 4000;
const pulseEvery = 20_000;
const token = document.querySelector('input[name=_csrf]')?.value;

// What is kept on the device may be refused, as in a private window: then only memory is left.
const memory = (name, empty) => {
  const key = `attempt:${attempt}:${name}`;
  return {
    read: () => {
      try {
        return JSON.parse(localStorage.getItem(key)) ?? empty;
      } catch {
        return empty;
      }
    },
    write: (value) => {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {}
    },
    clear: () => {
      try {
        localStorage.removeItem(key);
      } catch {}
    },
  };
};
const unsent = memory('unsent', {});
const reported = memory('reports', 0);

/** @type {Map<number, {value: unknown, seq: number}>} what the server has not acknowledged, by slot */
const waiting = new Map(Object.entries(unsent.read()).map(([slot, answer]) => [Number(slot), answer]));
let seq = Math.max(Number(form?.dataset.seq ?? 0), ...[...waiting.values()].map((answer) => answer.seq));
let running;
let stopped = false;
let givenUp = false;
let leaving = false;

const remember = () => {
  if (waiting.size === 0) unsent.clear();
  else unsent.write(Object.fromEntries(waiting));
};

const send = (path, body) =>
  fetch(`${address}${path}`, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRF-Token': token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });

const questionAt = (slot) => form?.querySelector(`[data-question="${slot}"]`);

const answerIn = (question) => {
  const named = [...question.querySelectorAll('input, select, textarea')];
  const given = named.filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked);
  switch (question.dataset.kind) {
    case 'choice':
      return given[0]?.value ?? null;
    case 'multiple':
      return given.map((field) => field.value);
    case 'numeric':
    case 'text-entry':
    case 'extended-text':
      return given[0]?.value ?? '';
    default: {
      const chosen = given.filter((field) => field.value !== '');
      const read = (text) => (question.dataset.kind === 'order' ? Number(text) : text);
      return Object.fromEntries(chosen.map((field) => [field.dataset.code, read(field.value)]));
    }
  }
};

// An answer that was kept on the device is put back into the form only together with its way to the server.
const show = (question, value) => {
  for (const field of question.querySelectorAll('input, select, textarea')) {
    if (/^(radio|checkbox)$/.test(field.type)) field.checked = [value].flat().includes(field.value);
    else if (field.dataset.code) field.value = String(value?.[field.dataset.code] ?? '');
    else field.value = value ?? '';
  }
};

const say = (text) => {
  const state = form?.querySelector('[data-save-state]');
  if (state && state.textContent !== text) state.textContent = text;
};

const offlineNotice = document.querySelector('[data-connection-lost]');
const report = (type) => {
  const number = reported.read() + 1;
  reported.write(number);
  send('/events', { type, number }).catch(() => undefined);
};
let lost = false;
const connection = (works) => {
  if (works === !lost) return;
  lost = !works;
  if (offlineNotice) offlineNotice.hidden = works;
  if (works) for (const type of ['connection-lost', 'connection-restored']) report(type);
};

// Another window holds the attempt, or it is closed: the server says so on the page of the attempt.
const giveUp = () => {
  stopped = true;
  givenUp = true;
  const kept = waiting.size > 0 ? '&kept=yes' : '';
  location.assign(`${address}?sitting=${encodeURIComponent(sitting)}${kept}`);
};

const progress = form?.parentElement.querySelector('[data-answered]');
const isAnswered = (question) => {
  const value = answerIn(question);
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'string') return value.trim() !== '';
  return value !== null && Object.keys(value).length === question.querySelectorAll('select').length;
};
const answeredHere = () => [...form.querySelectorAll('[data-question]')].filter(isAnswered).length;
// Of a test that shows one question at a time, the others are on other pages.
const answeredElsewhere = progress ? Number(progress.dataset.answered) - answeredHere() : 0;
const showProgress = () => {
  if (!progress) return;
  const answered = answeredElsewhere + answeredHere();
  progress.querySelector('progress').value = answered;
  progress.querySelector('.figures').textContent = progress.dataset.words.replace('#', answered);
};

const base = form?.elements.namedItem('base');
const nextNumber = () => {
  seq += 1;
  if (base) base.value = String(seq);
  return seq;
};

const isProblem = (problem, code) => problem?.type === `/problems/${code}`;

const saveOne = async (slot, answer) => {
  const response = await send('/answers', { sitting, slot, ...answer });
  if (response.status === 409) {
    const problem = await response.json().catch(() => undefined);
    if (isProblem(problem, 'attempt-expired')) unsent.clear();
    if (!isProblem(problem, 'answer-superseded')) return giveUp();
    seq = Math.max(seq, problem.seq ?? 0);
    if (waiting.get(slot) !== answer) return;
    waiting.delete(slot);
    const question = questionAt(slot);
    // What counts is shown, so that the form does not send the older answer after all.
    if (question) show(question, problem.saved?.find((one) => one.slot === slot)?.value);
    showProgress();
    return remember();
  }
  // A refused answer would be refused again; the form itself says what is wrong with it.
  if (response.status === 422 || response.status === 404) waiting.delete(slot);
  else if (!response.ok) throw new Error(`answered ${response.status}`);
  connection(true);
  if (waiting.get(slot) === answer) waiting.delete(slot);
  remember();
  if (response.ok && waiting.size === 0) say((await response.json()).message);
};

const pause = () => new Promise((resolve) => setTimeout(resolve, retryAfter));

const saveAll = async () => {
  while (waiting.size > 0 && !stopped) {
    try {
      for (const [slot, answer] of [...waiting]) await saveOne(slot, answer);
    } catch {
      if (leaving) return;
      connection(false);
      say(form?.dataset.failed ?? '');
      await pause();
    }
  }
};

const saveSoon = () => {
  running ??= saveAll().finally(() => {
    running = undefined;
  });
  return running;
};

const noteChange = (question) => {
  waiting.set(Number(question.dataset.question), { value: answerIn(question), seq: nextNumber() });
  remember();
  showProgress();
  // On the way to the page that says so: that page is to know of this answer too.
  if (givenUp) return giveUp();
  say(form.dataset.saving);
  saveSoon();
};

if (form) {
  if (base) base.value = String(seq);
  for (const [slot, { value }] of waiting) {
    const question = questionAt(slot);
    if (question) show(question, value);
  }
  showProgress();
  form.addEventListener('change', (event) => {
    if (event.target.matches('[data-later]')) {
      const { value, checked } = event.target;
      send('/flags', { sitting, slot: Number(value), later: checked }).catch(() => undefined);
      return;
    }
    const question = event.target.closest('[data-question]');
    if (question) noteChange(question);
  });
  // A long text is not left until the field is: what is typed is saved while typing pauses.
  let typing;
  form.addEventListener('input', (event) => {
    if (!event.target.matches('textarea')) return;
    const question = event.target.closest('[data-question]');
    clearTimeout(typing);
    if (question) typing = setTimeout(() => noteChange(question), 2000);
  });
  form.addEventListener('submit', () => {
    leaving = true;
    stopped = true;
    // The form carries everything that it shows.
    for (const slot of [...waiting.keys()]) if (questionAt(slot)) waiting.delete(slot);
    remember();
  });
}

if (waiting.size > 0) {
  say(form?.dataset.saving ?? '');
  saveSoon();
}

// Whatever the device still holds goes first; then nothing of it stays there.
handIn?.addEventListener('submit', async (event) => {
  if (waiting.size > 0 && !stopped) {
    event.preventDefault();
    await Promise.race([saveSoon(), new Promise((resolve) => setTimeout(resolve, 10_000))]);
    stopped = true;
    handIn.submit();
  }
  unsent.clear();
});

// A page that comes back from the browser's memory is not the latest.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

const timer = document.querySelector('[data-timer]');
const pulse = async () => {
  if (stopped) return;
  try {
    const response = await fetch(`${address}/pulse?sitting=${encodeURIComponent(sitting)}`, {
      headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(15_000),
    });
    if (response.status === 401) return location.reload();
    if (!response.ok) return;
    connection(true);
    const { state, held, now, deadlineAt, moved, until } = await response.json();
    if (state !== 'in_progress') unsent.clear();
    if (state !== 'in_progress' || !held) return giveUp();
    timer?.dispatchEvent(
      new CustomEvent('timer:sync', { detail: { now, deadline: deadlineAt, moved, until } }),
    );
  } catch {
    connection(false);
  }
};
if (address) setInterval(pulse, pulseEvery);
addEventListener('online', () => {
  void pulse();
  saveSoon();
});

// A page that is reloaded or left for the next one is hidden too: nobody has looked elsewhere.
addEventListener('pagehide', () => {
  leaving = true;
});

if (form) {
  document.addEventListener('visibilitychange', () => {
    if (!leaving) report(document.hidden ? 'focus-lost' : 'focus-regained');
  });
}

// The server would hand in by itself after its grace; this only spares the wait. What is typed at that moment counts.
addEventListener('timer:over', async () => {
  if (form?.contains(document.activeElement)) document.activeElement.blur();
  await Promise.race([saveSoon(), new Promise((resolve) => setTimeout(resolve, 10_000))]);
  if (!stopped) handIn?.submit();
});
