// Saves each answer as soon as it changes. Without this file the Save button does the same.

const form = document.querySelector('[data-autosave]');
const handIn = document.querySelector('[data-hand-in]');
const retryAfter = 4000;

/** @type {Map<Element, number>} questions with something to save, and how often they changed */
const waiting = new Map();
let running;

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

const say = (text) => {
  const state = form.querySelector('[data-save-state]');
  if (state.textContent !== text) state.textContent = text;
};

const post = (question) => {
  const seq = Number(question.dataset.seq) + 1;
  question.dataset.seq = String(seq);
  return fetch(form.dataset.autosave, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'X-CSRF-Token': form.elements.namedItem('_csrf').value,
    },
    body: JSON.stringify({ slot: Number(question.dataset.question), value: answerIn(question), seq }),
  });
};

// A number once used is never used again: the first request may have arrived although its answer was lost.
const saveOne = async (question) => {
  const change = waiting.get(question);
  const response = await post(question);
  if (response.status === 409) return location.reload();
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const saved = await response.json();
  question.dataset.seq = String(Math.max(saved.seq, Number(question.dataset.seq)));
  if (waiting.get(question) === change) waiting.delete(question);
  if (waiting.size === 0) say(saved.message);
};

const pause = () => new Promise((resolve) => setTimeout(resolve, retryAfter));

const saveAll = async () => {
  while (waiting.size > 0) {
    try {
      for (const question of [...waiting.keys()]) await saveOne(question);
    } catch {
      say(form.dataset.failed);
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

if (form) {
  form.addEventListener('change', (event) => {
    const question = event.target.closest('[data-question]');
    if (!question) return;
    waiting.set(question, (waiting.get(question) ?? 0) + 1);
    say(form.dataset.saving);
    saveSoon();
  });
}

// The server would hand in by itself after its grace; this only spares the wait. What is typed at that moment counts.
addEventListener('timer:over', async () => {
  if (form?.contains(document.activeElement)) document.activeElement.blur();
  await Promise.race([saveSoon(), new Promise((resolve) => setTimeout(resolve, 10_000))]);
  handIn?.submit();
});
