// Everything works without this file; it only makes three things pleasanter.

const summary = document.querySelector('[data-error-summary]');
if (summary instanceof HTMLElement) summary.focus();

const addPasswordSwitch = (input) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link show-password';
  button.textContent = input.dataset.show ?? '';
  button.setAttribute('aria-controls', input.id);
  button.addEventListener('click', () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    button.textContent = (hidden ? input.dataset.hide : input.dataset.show) ?? '';
  });
  input.form?.addEventListener('submit', () => {
    input.type = 'password';
  });
  input.after(button);
};
for (const input of document.querySelectorAll('input[type=password][data-show]')) addPasswordSwitch(input);

const clockFace = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
};

// Counts from the server's "now" with a clock that nobody can set; says 10, 5 and 1 minute once each. `timer:sync` sets
// it anew, when the server has said what time it is or has given more of it.
const runTimer = (timer) => {
  const text = timer.querySelector('[data-timer-text]');
  const say = timer.querySelector('[data-timer-say]');
  const until = timer.querySelector('[data-timer-until]');
  let { deadline } = timer.dataset;
  let total;
  let started;
  let milestones;
  let interval;
  const tick = () => {
    const left = Math.max(0, Math.ceil(total - (performance.now() - started) / 1000));
    text.textContent = clockFace(left);
    timer.classList.toggle('short', left <= 300);
    if (milestones.length > 0 && left <= milestones[0] * 60) {
      say.textContent = timer.getAttribute(`data-left-${milestones.shift()}`);
    }
    if (left > 0) return;
    clearInterval(interval);
    say.textContent = timer.dataset.over;
    timer.dispatchEvent(new CustomEvent('timer:over', { bubbles: true }));
  };
  const set = (now) => {
    total = (Date.parse(deadline) - Date.parse(now)) / 1000;
    started = performance.now();
  };
  const announceFrom = () => {
    milestones = [10, 5, 1].filter((minutes) => minutes * 60 < total);
    clearInterval(interval);
    interval = setInterval(tick, 1000);
    tick();
  };
  timer.addEventListener('timer:sync', ({ detail }) => {
    const hasMoved = detail.deadline !== deadline;
    deadline = detail.deadline;
    set(detail.now);
    if (!hasMoved) return;
    say.textContent = detail.moved;
    if (until) until.textContent = detail.until;
    announceFrom();
  });
  set(timer.dataset.now);
  announceFrom();
};
for (const timer of document.querySelectorAll('[data-timer]')) runTimer(timer);
