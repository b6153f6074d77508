// @ts-check
import { attempt, button, byId, call, make, post } from './dashboard-parts.js';

const PAYMENT = '/v1/payment_intents/*';
/** Faults that are often wanted, by what they do. @type {[string, object][]} */
const PRESETS = [
  ['Next confirm: done, then the line is cut', { kind: 'reset', method: 'POST', path: `${PAYMENT}/confirm` }],
  ['Next capture: done, then 500', { kind: 'error_after', method: 'POST', path: `${PAYMENT}/capture` }],
  ['Next refund: 500, not done', { kind: 'error_before', method: 'POST', path: '/v1/refunds' }],
  ['Next call: 429', { kind: 'rate_limit' }],
  ['Next confirm: in processing for 10 s', { kind: 'processing', path: `${PAYMENT}/confirm`, ms: 10_000 }],
  ['Down for 30 s', { kind: 'down', ms: 30_000 }],
  ['Everything 1 s slower', { kind: 'latency', ms: 1000 }],
  ['A fifth of all calls: 500', { kind: 'error_before', probability: 0.2, seed: 1 }],
  ['Next webhook: lost', { kind: 'webhook_drop' }],
  ['Next webhook: twice', { kind: 'webhook_duplicate' }],
  ['Next webhook: forged first', { kind: 'webhook_forge' }],
];
const NUMBERS = ['count', 'ms', 'probability', 'seed'];

/** Puts the buttons and the form to work. */
export function startFaults() {
  byId('presets').replaceChildren(
    ...PRESETS.map(([label, fault]) => button(label, () => post('/_/faults', fault))),
  );
  byId('fault').addEventListener('submit', (event) => {
    event.preventDefault();
    const given = [...new FormData(/** @type {HTMLFormElement} */ (event.target))].filter(
      ([, value]) => value !== '',
    );
    const json = Object.fromEntries(given.map(([name, value]) => [name, read(name, String(value))]));
    void attempt(() => post('/_/faults', json), 'Fault');
  });
  byId('clear').addEventListener('click', () =>
    attempt(() => call('/_/faults', { method: 'DELETE' }), 'Clear'),
  );
}

/** @param {string} name @param {string} value */
function read(name, value) {
  if (name === 'types') return value.split(/[,\s]+/);
  return NUMBERS.includes(name) ? Number(value) : value;
}

/** @param {string[]} kinds */
export function offerKinds(kinds) {
  const select = byId('kinds');
  if (select.childElementCount === 0) select.append(...kinds.map((kind) => make('option', {}, kind)));
}

/** Says at the top that something is set to go wrong. @param {any[]} faults */
export function warn(faults) {
  const active = faults.filter((fault) => fault.remaining !== 0);
  const chip = byId('struck');
  chip.hidden = active.length === 0;
  chip.textContent = active.length === 1 ? '1 fault is set' : `${active.length} faults are set`;
}
