// @ts-check
const secretKey = 'sk_test_dashboard';
/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
let shown = 'payments';

/** @param {string} path @param {{ method?: string, form?: Record<string, string>, json?: object }} [options] @returns {Promise<any>} */
async function call(path, { method = 'GET', form, json } = {}) {
  const response = await fetch(path, {
    method,
    headers: path.startsWith('/v1/') ? { Authorization: `Bearer ${secretKey}` } : {},
    ...(form ? { body: new URLSearchParams(form) } : json ? { body: JSON.stringify(json) } : {}),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.message ?? response.statusText);
  return body;
}

/** @param {string} tag @param {Record<string, any>} properties @param {(Node | string)[]} children */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** @param {string} label @param {() => Promise<unknown>} work */
const button = (label, work) =>
  make('button', { type: 'button', onclick: () => attempt(work, label) }, label);

/** @param {() => Promise<unknown>} work @param {string} label */
async function attempt(work, label) {
  try {
    await work();
    byId('message').textContent = `${label}: done.`;
  } catch (error) {
    byId('message').textContent = `${label}: ${error instanceof Error ? error.message : 'failed'}`;
  }
  await refresh();
}

/** @param {string} id @param {() => object | Promise<object>} load */
function detail(id, load) {
  const show = async () => {
    const dialog = /** @type {HTMLDialogElement} */ (byId('detail'));
    const pre = dialog.querySelector('pre');
    if (pre) pre.textContent = JSON.stringify(await load(), null, 2);
    dialog.showModal();
  };
  return make('button', { type: 'button', className: 'link', onclick: show }, id);
}

/** @param {string} id @param {string[]} heads @param {(Node | string)[][]} rows @param {string} empty */
function table(id, heads, rows, empty) {
  const place = byId(id);
  if (rows.length === 0) {
    place.replaceChildren(make('p', { className: 'empty' }, empty));
    return;
  }
  const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
  const body = rows.map((cells) => make('tr', {}, ...cells.map((cell) => make('td', {}, cell))));
  place.replaceChildren(make('table', {}, make('thead', {}, head), make('tbody', {}, ...body)));
}

/** @param {string} text */
function status(text) {
  const good = ['succeeded', 'delivered', 'requires_capture'].includes(text) || text.startsWith('2');
  const bad = ['failed', 'canceled', 'dropped'].includes(text) || /^[045]/.test(text);
  return make('span', { className: `status ${good ? 'good' : bad ? 'bad' : 'wait'}` }, text);
}

/** @param {number} amount @param {string} currency */
function money(amount, currency) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** @param {number} seconds */
const time = (seconds) => new Date(seconds * 1000).toLocaleString();

const views = {
  async payments() {
    const { data } = await call('/v1/payment_intents?limit=50&expand[]=data.latest_charge');
    table(
      'payments',
      ['Payment', 'Amount', 'Status', 'Refunded', 'Description', 'Created', 'Do'],
      data.map((/** @type {any} */ intent) => [
        detail(intent.id, () => intent),
        money(intent.amount, intent.currency),
        status(intent.status),
        intent.latest_charge?.amount_refunded
          ? money(intent.latest_charge.amount_refunded, intent.currency)
          : '',
        intent.description ??
          Object.entries(intent.metadata)
            .map(([key, value]) => `${key}: ${value}`)
            .join(', '),
        time(intent.created),
        make('div', { className: 'actions' }, ...actions(intent)),
      ]),
      'No payment yet. The first one made through the API or the card form shows up here.',
    );
  },
  async events() {
    const [{ data }, deliveries] = await Promise.all([
      call('/v1/events?limit=100'),
      call('/_/deliveries?limit=500'),
    ]);
    table(
      'events',
      ['Event', 'Type', 'Object', 'Deliveries', 'Created', 'Do'],
      data.map((/** @type {any} */ event) => [
        detail(event.id, () => event),
        event.type,
        event.data.object.id,
        make(
          'span',
          {},
          ...deliveries.items
            .filter((/** @type {any} */ one) => one.event === event.id)
            .map((/** @type {any} */ one) => status(one.state)),
        ),
        time(event.created),
        button('Send again', () => call(`/_/events/${event.id}/resend`, { method: 'POST' })),
      ]),
      'No event yet.',
    );
  },
  async requests() {
    const { items } = await call('/_/requests?latest=1&limit=100');
    table(
      'requests',
      ['Request', 'Call', 'Status', 'Code', 'Idempotency key', 'Faults', 'ms', 'At'],
      items
        .filter((/** @type {any} */ one) => !JSON.stringify(one).includes('dashboard'))
        .map((/** @type {any} */ one) => [
          detail(one.id, () => one),
          make('code', {}, `${one.method} ${one.path}`),
          status(String(one.status)),
          one.errorCode ?? '',
          one.idempotencyKey ? `${one.idempotencyKey}${one.replayed ? ' (replayed)' : ''}` : '',
          one.faults.join(', '),
          String(one.durationMs),
          new Date(one.at).toLocaleTimeString(),
        ]),
      'No request yet.',
    );
  },
  async faults() {
    const { kinds, faults } = await call('/_/faults');
    const select = byId('kinds');
    if (select.childElementCount === 0)
      select.append(...kinds.map((/** @type {string} */ kind) => make('option', {}, kind)));
    table(
      'fault-list',
      ['Kind', 'Strikes', 'So far', 'Left', 'Do'],
      faults.map((/** @type {any} */ fault) => [
        detail(fault.kind, () => fault),
        make('code', {}, `${fault.method ?? 'any'} ${fault.path ?? fault.types?.join(', ') ?? 'everything'}`),
        String(fault.hits),
        fault.remaining === null ? 'always' : String(fault.remaining),
        button('Remove', () => call(`/_/faults/${fault.id}`, { method: 'DELETE' })),
      ]),
      'No fault is set: everything works.',
    );
  },
  async cards() {
    const { cards } = await call('/_/cards');
    table(
      'cards',
      ['Number', 'Payment method', 'Brand', 'What it does'],
      cards.map((/** @type {any} */ card) => [
        make('code', {}, card.number.replace(/(.{4})(?=.)/g, '$1 ')),
        make('code', {}, card.names.map((/** @type {string} */ name) => `pm_card_${name}`).join(' ')),
        `${card.brand} ${card.funding}, ${card.country}`,
        [
          card.decline?.decline_code ?? card.decline?.code,
          card.authentication && `3-D Secure: ${card.authentication}`,
          card.declineAfterAuthentication && `then ${card.declineAfterAuthentication.decline_code}`,
          card.aftermath,
          card.riskLevel,
        ]
          .filter(Boolean)
          .join(', ') || 'pays',
      ]),
      '',
    );
  },
};

/** @param {any} intent @returns {Node[]} */
function actions(intent) {
  const path = `/v1/payment_intents/${intent.id}`;
  const own = `/_/payment_intents/${intent.id}`;
  /** @type {Record<string, () => Node[]>} */
  const byStatus = {
    requires_capture: () => [
      button('Capture', () => call(`${path}/capture`, { method: 'POST' })),
      button('Cancel', () => call(`${path}/cancel`, { method: 'POST' })),
      button('Expire', () => call(`${own}/expire`, { method: 'POST' })),
    ],
    requires_action: () => [
      button('Pass 3-D Secure', () => call(`${own}/authenticate`, { method: 'POST' })),
      button('Fail it', () => call(`${own}/fail_authentication`, { method: 'POST' })),
      button('Cancel', () => call(`${path}/cancel`, { method: 'POST' })),
    ],
    succeeded: () =>
      intent.latest_charge?.refunded
        ? []
        : [
            button('Refund', () =>
              call('/v1/refunds', { method: 'POST', form: { payment_intent: intent.id } }),
            ),
            button('Dispute', () =>
              call(`/_/charges/${intent.latest_charge?.id}/dispute`, { method: 'POST' }),
            ),
          ],
    canceled: () => [],
  };
  return byStatus[intent.status]?.() ?? [button('Cancel', () => call(`${path}/cancel`, { method: 'POST' }))];
}

async function refresh() {
  const clock = await call('/_/clock');
  byId('now').textContent = new Date(clock.iso).toLocaleString();
  await views[/** @type {keyof typeof views} */ (shown)]();
}

for (const tab of document.querySelectorAll('[role=tab]')) {
  tab.addEventListener('click', () => {
    shown = tab.getAttribute('aria-controls') ?? 'payments';
    for (const other of document.querySelectorAll('[role=tab]'))
      other.setAttribute('aria-selected', String(other === tab));
    for (const panel of document.querySelectorAll('[role=tabpanel]'))
      panel.toggleAttribute('hidden', panel.id !== shown);
    void refresh();
  });
}
for (const one of document.querySelectorAll('[data-clock]')) {
  const by = one.getAttribute('data-clock');
  one.addEventListener('click', () =>
    attempt(
      () =>
        call('/_/clock', {
          method: 'POST',
          json: by === 'reset' ? { reset: true } : { advance: Number(by) },
        }),
      'Clock',
    ),
  );
}
byId('fault').addEventListener('submit', (event) => {
  event.preventDefault();
  const given = [...new FormData(/** @type {HTMLFormElement} */ (event.target))].filter(
    ([, value]) => value !== '',
  );
  const numbers = ['count', 'ms', 'probability', 'seed'];
  const json = Object.fromEntries(
    given.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]),
  );
  void attempt(() => call('/_/faults', { method: 'POST', json }), 'Fault');
});
byId('clear').addEventListener('click', () =>
  attempt(() => call('/_/faults', { method: 'DELETE' }), 'Clear'),
);
setInterval(() => {
  const live = /** @type {HTMLInputElement} */ (byId('live')).checked;
  const busy =
    document.hidden ||
    /** @type {HTMLDialogElement} */ (byId('detail')).open ||
    document.activeElement?.closest('table');
  if (live && !busy && shown !== 'cards') void refresh().catch(() => {});
}, 2000);
void refresh();
