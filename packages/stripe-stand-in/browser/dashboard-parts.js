// @ts-check
/** @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Calls the API or a knob; throws what it refuses. @param {string} path @param {{ method?: string, form?: Record<string, string>, json?: object }} [options] @returns {Promise<any>} */
export async function call(path, { method = 'GET', form, json } = {}) {
  const response = await fetch(path, {
    method,
    headers: path.startsWith('/v1/') ? { Authorization: 'Bearer sk_test_dashboard' } : {},
    ...(form ? { body: new URLSearchParams(form) } : json ? { body: JSON.stringify(json) } : {}),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.message ?? response.statusText);
  return body;
}

/** @param {string} path @param {object} [json] */
export const post = (path, json) => call(path, { method: 'POST', ...(json ? { json } : {}) });

/** @param {string} tag @param {Record<string, any>} properties @param {(Node | string)[]} children */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Says what was done, or why not, and looks again. @param {() => Promise<unknown>} work @param {string} label */
export async function attempt(work, label) {
  try {
    await work();
    byId('message').textContent = `${label}: done.`;
  } catch (error) {
    byId('message').textContent = `${label}: ${error instanceof Error ? error.message : 'failed'}`;
  }
  document.dispatchEvent(new Event('look-again'));
}

/** @param {string} label @param {() => Promise<unknown>} work */
export const button = (label, work) =>
  make('button', { type: 'button', onclick: () => attempt(work, label) }, label);

/** A menu that does something with what is chosen. @param {string} label @param {string[]} choices @param {(choice: string) => Promise<unknown>} work */
export function chooser(label, choices, work) {
  const select = /** @type {HTMLSelectElement} */ (
    make(
      'select',
      {},
      make('option', { value: '' }, label),
      ...choices.map((choice) => make('option', { value: choice }, choice.replaceAll('_', ' '))),
    )
  );
  select.setAttribute('aria-label', label);
  select.addEventListener('change', () => {
    if (select.value !== '') void attempt(() => work(select.value), label);
  });
  return select;
}

/** An id that opens its object, and can be copied. @param {string} id @param {() => void} open @param {string} [shown] */
export function idCell(id, open, shown = id) {
  const copy = make('button', { type: 'button', className: 'copy', title: `Copy ${id}` }, 'copy');
  copy.setAttribute('aria-label', `Copy ${id}`);
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(id).catch(() => undefined);
    copy.textContent = 'copied';
    setTimeout(() => (copy.textContent = 'copy'), 1200);
  });
  const link = make('button', { type: 'button', className: 'link', onclick: open }, shown);
  return make('span', { className: 'id' }, link, copy);
}

/** What each list showed last: it is drawn again only when something changed. @type {Map<string, string>} */
const drawn = new Map();

/**
 * Draws a table unless it is drawn already; whoever has the focus in it keeps it.
 * @param {string} id @param {string[]} heads @param {any[]} items @param {(item: any) => (Node | string)[]} cellsOf @param {string} empty
 */
export function table(id, heads, items, cellsOf, empty) {
  const state = JSON.stringify(items);
  if (drawn.get(id) === state) return;
  drawn.set(id, state);
  const place = byId(id);
  if (items.length === 0) {
    place.replaceChildren(make('p', { className: 'empty' }, empty));
    return;
  }
  const focused = [...place.querySelectorAll('button')].find((one) => one === document.activeElement);
  const chosen = place.querySelector('select:focus');
  if (chosen) {
    drawn.delete(id);
    return;
  }
  const key = focused && keyOf(focused);
  const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
  const rows = items.map((item) => {
    const cells = cellsOf(item).map((cell, index) => {
      const made = make('td', {}, cell);
      made.dataset['label'] = heads[index] ?? '';
      return made;
    });
    const row = make('tr', {}, ...cells);
    row.dataset['key'] = item.id;
    return row;
  });
  place.replaceChildren(make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)));
  if (key !== undefined) [...place.querySelectorAll('button')].find((one) => keyOf(one) === key)?.focus();
}

/** @param {HTMLElement} element */
const keyOf = (element) => `${element.closest('tr')?.dataset['key']} ${element.textContent}`;

const GOOD = ['succeeded', 'delivered', 'requires_capture', 'won', 'enabled'];
const BAD = ['failed', 'canceled', 'dropped', 'lost', 'needs_response', 'disputed', 'cut', 'disabled'];

/** @param {string} text */
export function status(text) {
  const good = GOOD.includes(text) || text.startsWith('2');
  const bad = BAD.includes(text) || /^[045]/.test(text);
  return make('span', { className: `chip ${good ? 'good' : bad ? 'bad' : 'wait'}` }, text);
}

/** @param {number} amount @param {string} currency */
export function money(amount, currency) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** @param {number} seconds */
export const when = (seconds) => make('span', { className: 'when' }, time(seconds));

/** The time of day; the day, too, unless it is today. @param {number} seconds */
function time(seconds) {
  const date = new Date(seconds * 1000);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? date.toLocaleTimeString()
    : date.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
}
