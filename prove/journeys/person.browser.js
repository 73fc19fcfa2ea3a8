// Finds on a page what somebody reads there: by its words, not by the mark-up.

const plain = (text) =>
  (text ?? '')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .trim()
    .toLowerCase();

const nameOf = (one) => plain(one.getAttribute('aria-label') ?? one.textContent);

/** The exact name first: "Sign in" is part of "Sign in to enrol". */
const bestOf = (all, words) => {
  const named = all.filter((one) => one.checkVisibility() && nameOf(one).includes(words));
  return (
    named.find((one) => nameOf(one) === words) ??
    named.find((one) => nameOf(one).startsWith(words)) ??
    named[0]
  );
};

globalThis.theirEyes = {
  plain,
  /** What can be pressed and bears these words; `within`: words of the entry that it stands in. */
  pressable: (words, within) => {
    const all = [...document.querySelectorAll('a[href], button, summary')];
    const entries = [...document.querySelectorAll('li, tr, section, form')].filter((one) =>
      plain(one.textContent).includes(plain(within)),
    );
    const smallest = entries.findLast((one) =>
      bestOf([...one.querySelectorAll('a[href], button')], plain(words)),
    );
    return bestOf(within ? [...(smallest?.querySelectorAll('a[href], button') ?? [])] : all, plain(words));
  },
  /** The field with this label; `hint`: what is written beside it, where two bear the same. */
  field: (label, hint) => {
    const labels = [...document.querySelectorAll('label')].filter(
      (one) =>
        one.checkVisibility() && (!hint || plain(one.closest('.field').textContent).includes(plain(hint))),
    );
    return bestOf(labels, plain(label))?.control;
  },
  option: (select, label) =>
    [...select.options].find((one) => plain(one.textContent).includes(plain(label)))?.value,
  text: () => plain(document.querySelector('body').innerText),
};
