/** A form body of Stripe's API: `a[b][0][c]=1` becomes nested objects; lists are objects with number keys until `asList`. */
export type FormTree = { [name: string]: string | FormTree };

const pathOf = (name: string): string[] => {
  const [head = '', ...rest] = name.split('[');
  return [head, ...rest.map((part) => part.replace(/\]$/, ''))];
};

const place = (tree: FormTree, [head = '', ...rest]: string[], value: string): void => {
  if (rest.length === 0) {
    if (head in tree) throw new Error(`${head} is sent twice`);
    tree[head] = value;
    return;
  }
  const inner = tree[head] ?? {};
  if (typeof inner === 'string') throw new Error(`${head} is a value and a list`);
  tree[head] = inner;
  place(inner, rest, value);
};

export const readForm = (body: string): FormTree => {
  const tree: FormTree = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) place(tree, pathOf(name), value);
  return tree;
};

export const asList = (part: string | FormTree | undefined): (string | FormTree)[] =>
  part === undefined || typeof part === 'string' ? [] : Object.values(part);

/** Every leaf as a path without list positions: `line_items[].price_data.currency`. */
export const leavesOf = (tree: FormTree, path = ''): string[] =>
  Object.entries(tree).flatMap(([name, value]) => {
    const here = /^\d*$/.test(name) ? `${path}[]` : path === '' ? name : `${path}.${name}`;
    return typeof value === 'string' ? [here] : leavesOf(value, here);
  });
