// Elements that scripts of the pages make.

const filled = new WeakMap(); // what lists show, by element

export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * Fills a list, but only when there is something new: what has the focus or is being clicked stays.
 *
 * @param shown whatever what is shown depends on
 * @param make makes its elements
 */
export function fill(where, shown, make) {
  const text = JSON.stringify(shown);
  if (filled.get(where) === text) return;
  filled.set(where, text);
  where.replaceChildren(...make());
}
