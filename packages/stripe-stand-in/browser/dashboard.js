// @ts-check
import { startFaults, warn } from './dashboard-faults.js';
import { attempt, byId, call, make, post } from './dashboard-parts.js';
import { openPayment, views, whatItDoes } from './dashboard-views.js';

const EVERY_MS = 1000;
const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[role=tab]')]);
const filter = /** @type {HTMLInputElement} */ (byId('filter'));
/** @type {keyof typeof views} */
let shown = 'payments';

async function refresh() {
  const [clock, { faults }] = await Promise.all([call('/_/clock'), call('/_/faults')]);
  byId('now').textContent = new Date(clock.iso).toLocaleString();
  showMoved(clock.offset);
  warn(faults);
  await views[shown]();
}

/** Says how far the clock was moved. @param {number} seconds */
function showMoved(seconds) {
  const chip = byId('moved');
  chip.hidden = seconds === 0;
  const [amount, unit] = Math.abs(seconds) < 86_400 ? [seconds / 3600, 'h'] : [seconds / 86_400, 'd'];
  chip.textContent = `${amount > 0 ? '+' : ''}${Number(amount.toFixed(1))} ${unit}`;
}

/** @param {string} name @param {boolean} [focus] */
function show(name, focus = false) {
  if (!(name in views)) return;
  shown = /** @type {keyof typeof views} */ (name);
  for (const tab of tabs) {
    const selected = tab.getAttribute('aria-controls') === name;
    tab.setAttribute('aria-selected', String(selected));
    tab.tabIndex = selected ? 0 : -1;
    if (selected && focus) tab.focus();
  }
  for (const panel of document.querySelectorAll('[role=tabpanel]'))
    panel.toggleAttribute('hidden', panel.id !== name);
  history.replaceState(null, '', `#${name}`);
  void refresh();
}

/** `#events` is a tab; `#req_…` and `#ch_…`, which answers of the API link to, are looked for. */
function readAddress() {
  const wanted = location.hash.slice(1);
  if (!/^[a-z]+_/.test(wanted)) return show(wanted in views ? wanted : 'payments');
  filter.value = wanted;
  if (wanted.startsWith('pi_')) void openPayment(wanted);
  return show(wanted.startsWith('req_') ? 'requests' : wanted.startsWith('evt_') ? 'events' : 'payments');
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener('click', () => show(tab.getAttribute('aria-controls') ?? ''));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(index + step + tabs.length) % tabs.length];
    show(next?.getAttribute('aria-controls') ?? '', true);
  });
}
filter.addEventListener('input', () => void views[shown]());
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLElement && event.target.matches('input, select');
  if (event.key !== '/' || typing) return;
  event.preventDefault();
  filter.focus();
});
document.addEventListener('look-again', () => {
  const title = byId('detail-title').textContent;
  if (/** @type {HTMLDialogElement} */ (byId('detail')).open && title?.startsWith('pi_'))
    void openPayment(title);
  void refresh();
});

for (const one of document.querySelectorAll('[data-clock]')) {
  const by = one.getAttribute('data-clock');
  const json = by === 'reset' ? { reset: true } : { advance: Number(by) };
  one.addEventListener('click', () => attempt(() => post('/_/clock', json), 'Clock'));
}
byId('pay').addEventListener('submit', (event) => {
  event.preventDefault();
  const given = [...new FormData(/** @type {HTMLFormElement} */ (event.target))];
  const form = {
    ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    confirm: 'true',
    'allowed_payment_method_types[0]': 'card',
    description: 'Made by hand',
  };
  void attempt(() => call('/v1/payment_intents', { method: 'POST', form }), 'Pay');
});

startFaults();
void call('/_/cards').then(({ cards }) => {
  const named = cards.filter((/** @type {any} */ card) => card.names.length > 0);
  byId('pay-card').append(
    ...named.map((/** @type {any} */ card) =>
      make('option', { value: `pm_card_${card.names[0]}` }, `${card.names[0]}: ${whatItDoes(card)}`),
    ),
  );
});
readAddress();
window.addEventListener('hashchange', readAddress);
setInterval(() => {
  const live = /** @type {HTMLInputElement} */ (byId('live')).checked;
  if (live && !document.hidden)
    void refresh().catch(() => (byId('message').textContent = 'The stand-in does not answer.'));
}, EVERY_MS);
