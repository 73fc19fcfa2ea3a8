// Runs inside a page: what keyboard.ts needs to see while it presses keys.

globalThis.keyboard = (() => {
  const focusable = 'a[href], button, input, select, textarea, summary, iframe, video[controls], [tabindex]';

  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && width > 0 && height > 0;
  };

  /** Of a group of radio buttons the chosen one is a stop, or the first when none is. */
  const standsForGroup = (element) => {
    if (element.type !== 'radio') return true;
    const scope = element.form ?? document;
    const group = [...scope.querySelectorAll(`input[type=radio][name="${CSS.escape(element.name)}"]`)];
    return element === (group.find((one) => one.checked) ?? group[0]);
  };

  const stops = () =>
    [...document.querySelectorAll(focusable)].filter(
      (element) =>
        element.tabIndex >= 0 &&
        !element.matches(':disabled, [type=hidden]') &&
        isShown(element) &&
        standsForGroup(element),
    );

  const describe = (element) => {
    const words =
      element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent;
    const name = (words ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}${element.type ? `[${element.type}]` : ''} "${name}"`;
  };

  /** The next Tab goes to the first stop of the page. */
  const rewind = () => {
    const start = document.createElement('span');
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
    scrollTo(0, 0);
  };

  const hasRing = (element) => {
    // Inside a frame its own document draws the ring.
    if (element.tagName === 'IFRAME') return true;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor);
  };

  /** Whether any part of it can be seen where it stands now (WCAG 2.2, 2.4.11). */
  const isInSight = (element) =>
    [...element.getClientRects()].some((box) => {
      const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
      const y = box.top + box.height / 2;
      if (y < 0 || y >= innerHeight) return box.top < innerHeight && box.bottom > 0;
      const top = document.elementFromPoint(x, y);
      return top !== null && (element.contains(top) || top.contains(element));
    });

  /** The stop that has the focus: its place among the stops, or -1 for none. */
  const here = () => {
    const element = document.activeElement;
    const place = stops().indexOf(element);
    if (place < 0) return { place, name: element ? describe(element) : 'nothing', faults: [] };
    const faults = [];
    if (!hasRing(element)) faults.push('no visible focus ring');
    if (!isInSight(element)) faults.push('focused out of sight');
    return { place, name: describe(element), faults };
  };

  /** Neighbours in the order of the page whose second one stands higher in the same column. */
  const backwards = () => {
    const listed = stops().filter((element) => !element.closest('.skip-link'));
    return listed.slice(1).flatMap((element, index) => {
      const before = listed[index].getBoundingClientRect();
      const after = element.getBoundingClientRect();
      const sameColumn = after.left < before.right - 1 && before.left < after.right - 1;
      return sameColumn && after.bottom < before.top
        ? [`${describe(listed[index])} → ${describe(element)}`]
        : [];
    });
  };

  const names = () => stops().map(describe);

  /** Puts the focus on the n-th element that the selector finds and is shown; answers its name, or nothing. */
  const focusOn = (selector, number) => {
    const element = [...document.querySelectorAll(selector)].filter(isShown)[number];
    element?.focus();
    return element && describe(element);
  };

  /** Forms are not sent: it is counted that they would have been. */
  const holdForms = () => {
    globalThis.sentForms = 0;
    document.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        globalThis.sentForms += 1;
      },
      true,
    );
  };

  /** For each form the element to press Enter on: its first line of text, or else its button. */
  const entries = () =>
    [...document.forms].filter(isShown).flatMap((form) => {
      const text = 'input:not([type=hidden], [type=radio], [type=checkbox], [type=file], [tabindex="-1"])';
      const element = [
        ...form.querySelectorAll(text),
        ...form.querySelectorAll('button:not([type=button])'),
      ].find(isShown);
      if (!element) return [];
      element.dataset.entry = String(globalThis.entryCount ?? 0);
      globalThis.entryCount = (globalThis.entryCount ?? 0) + 1;
      return [{ selector: `[data-entry="${element.dataset.entry}"]`, action: form.getAttribute('action') }];
    });

  /** A group of radio buttons with more than one to choose from, by the selector of its members. */
  const radioGroups = () => {
    const groups = new Map();
    for (const radio of document.querySelectorAll('input[type=radio]')) {
      groups.set(radio.name, (groups.get(radio.name) ?? 0) + 1);
    }
    return [...groups]
      .filter(([, count]) => count > 1)
      .map(([name]) => `input[type=radio][name="${CSS.escape(name)}"]`);
  };

  return { stops: names, rewind, here, backwards, focusOn, holdForms, entries, radioGroups };
})();
