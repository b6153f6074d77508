// @ts-check
import { attempt, button, byId, call, make, post, table } from './dashboard-parts.js';

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
  ['Next webhook: after the one that follows', { kind: 'webhook_reorder' }],
  ['Next webhook: forged first', { kind: 'webhook_forge' }],
];

/** What each kind does, and which fields it has besides those of all. @type {Record<string, [string, ...string[]]>} */
const KINDS = {
  error_before: ['Answers 500, and nothing is done. The idempotency key keeps the 500.'],
  error_after: ['Does it, then answers 500. The idempotency key keeps the 500.'],
  reset_before: ['Cuts the connection before anything is done.'],
  reset: ['Does it, then cuts the connection in the middle of the answer.'],
  timeout: ['Does it, and never answers: silent for so long (two minutes), then cut.', 'ms'],
  rate_limit: ['Answers 429; nothing is done and no key keeps it.', 'retryAfter'],
  latency: ['Slower by so long (a second), before or after the effect.', 'ms', 'when'],
  down: ['Cuts every connection for so long, or until it is removed.', 'ms'],
  answer: ['Answers a failure of your own; nothing is done.', 'status', 'code'],
  processing: ['The payment stays in processing for so long (two seconds), then goes on.', 'ms'],
  webhook_delay: ['Sends it so much later (a second).', 'ms'],
  webhook_duplicate: ['Sends it twice.'],
  webhook_reorder: ['Holds it back until the next one was sent.'],
  webhook_drop: ['Never sends it.'],
  webhook_forge: ['Sends a copy with another amount and a wrong signature first.'],
};
const NUMBERS = ['count', 'ms', 'probability', 'seed', 'skip', 'status', 'retryAfter'];
const kinds = /** @type {HTMLSelectElement} */ (byId('kinds'));

/** Puts the buttons and the form to work. */
export function startFaults() {
  byId('presets').replaceChildren(
    ...PRESETS.map(([label, fault]) => button(label, () => post('/_/faults', fault))),
  );
  kinds.append(...Object.keys(KINDS).map((kind) => make('option', {}, kind)));
  kinds.addEventListener('change', showFields);
  showFields();
  byId('fault').addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(() => post('/_/faults', readForm(/** @type {HTMLFormElement} */ (event.target))), 'Fault');
  });
  byId('clear').addEventListener('click', () =>
    attempt(() => call('/_/faults', { method: 'DELETE' }), 'Clear'),
  );
}

/** Shows the fields that mean something for the chosen kind, and what it does. */
function showFields() {
  const [words = '', ...own] = KINDS[kinds.value] ?? [];
  const fields = [...own, ...(kinds.value.startsWith('webhook_') ? ['types'] : ['method', 'path'])];
  for (const label of document.querySelectorAll('[data-field]'))
    label.toggleAttribute('hidden', !fields.includes(label.getAttribute('data-field') ?? ''));
  byId('fault-words').textContent = words;
}

/** @param {HTMLFormElement} form */
function readForm(form) {
  const given = [...new FormData(form)]
    .map(([name, value]) => /** @type {const} */ ([name, String(value)]))
    .filter(([name, value]) => value !== '' && !form.querySelector(`[hidden] [name=${name}]`));
  const { code, ...fault } = Object.fromEntries(given.map(([name, value]) => [name, readField(name, value)]));
  return code === undefined ? fault : { ...fault, error: { code } };
}

/** @param {string} name @param {string} value */
function readField(name, value) {
  if (name === 'types') return value.split(/[,\s]+/).filter(Boolean);
  return NUMBERS.includes(name) ? Number(value) : value;
}

/** Draws the faults that are set. @param {any[]} faults @param {(title: string, object: object) => void} open */
export function drawFaults(faults, open) {
  table(
    'faults-list',
    ['Kind', 'Strikes', 'How', 'So far', 'Left', 'Do'],
    faults,
    (fault) => [
      make(
        'button',
        { type: 'button', className: 'link', onclick: () => open(fault.kind, fault) },
        fault.kind,
      ),
      make('code', {}, targetOf(fault)),
      howOf(fault),
      String(fault.hits),
      fault.remaining === null ? 'always' : String(fault.remaining),
      button('Remove', () => call(`/_/faults/${fault.id}`, { method: 'DELETE' })),
    ],
    'No fault is set: everything works.',
  );
}

/** @param {any} fault */
function targetOf({ kind, types, method, path }) {
  if (kind.startsWith('webhook_')) return types?.join(', ') ?? 'every event';
  return `${method ?? 'any'} ${path ?? 'everything'}`;
}

/** @param {any} fault */
function howOf({ about, ms, when, probability, seed, skip, status, error, retryAfter }) {
  const parts = [
    about && `about ${about}`,
    ms !== undefined && `${ms} ms`,
    when,
    probability !== undefined && `${Math.round(probability * 100)} %, seed ${seed ?? 1}`,
    skip && `after ${skip}`,
    status,
    error?.code,
    retryAfter !== undefined && `Retry-After ${retryAfter}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Says at the top that something is set to go wrong. @param {any[]} faults */
export function warn(faults) {
  const active = faults.filter((fault) => fault.remaining !== 0);
  const chip = byId('struck');
  chip.hidden = active.length === 0;
  chip.textContent = active.length === 1 ? '1 fault is set' : `${active.length} faults are set`;
}
