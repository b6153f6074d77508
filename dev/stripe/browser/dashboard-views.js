// @ts-check
import { offerKinds } from './dashboard-faults.js';
import { button, byId, call, idCell, make, money, post, status, table, time } from './dashboard-parts.js';
import { actionsOf, describePayment } from './dashboard-payments.js';

/** Shows an object; `more` fills what stands above it. @param {string} title @param {object} object @param {() => Promise<void>} [more] */
export async function detail(title, object, more) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('detail'));
  byId('detail-title').textContent = title;
  byId('detail-more').replaceChildren();
  const pre = dialog.querySelector('pre');
  if (pre) pre.textContent = JSON.stringify(object, null, 2);
  if (!dialog.open) dialog.showModal();
  await more?.();
}

/** @param {string} id */
export async function openPayment(id) {
  const intent = await call(`/v1/payment_intents/${id}?expand[]=latest_charge`);
  await detail(id, intent, () => describePayment(intent));
}

/** @param {number} seconds */
const when = (seconds) => make('span', { className: 'when' }, time(seconds));

/** Only what has the words of the filter somewhere. @param {any[]} items */
function filtered(items) {
  const filter = /** @type {HTMLInputElement} */ (byId('filter')).value.toLowerCase();
  const words = filter.split(/\s+/);
  return items.filter((item) => {
    const text = JSON.stringify(item).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** @param {any} intent */
const describe = (intent) =>
  intent.description ??
  Object.entries(intent.metadata)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');

/** Each list: read, filtered, drawn. */
export const views = {
  async payments() {
    const { data } = await call('/v1/payment_intents?limit=100&expand[]=data.latest_charge');
    table(
      'payments-list',
      ['Payment', 'Amount', 'Status', 'Refunded', 'About', 'Created', 'Do'],
      filtered(data),
      (intent) => [
        idCell(intent.id, () => openPayment(intent.id)),
        money(intent.amount, intent.currency),
        make(
          'span',
          {},
          status(intent.status),
          ...(intent.latest_charge?.disputed ? [make('span', { className: 'chip bad' }, 'disputed')] : []),
        ),
        intent.latest_charge?.amount_refunded
          ? money(intent.latest_charge.amount_refunded, intent.currency)
          : '',
        make('span', { className: 'about', title: describe(intent) }, describe(intent)),
        when(intent.created),
        make('div', { className: 'actions' }, ...actionsOf(intent)),
      ],
      'No payment here. Make one above, through the API or in the card form.',
    );
  },
  async events() {
    const [{ data }, { items }] = await Promise.all([
      call('/v1/events?limit=100'),
      call('/_/deliveries?limit=500'),
    ]);
    const events = data.map((/** @type {any} */ event) => ({
      ...event,
      sent: items
        .filter((/** @type {any} */ one) => one.event === event.id)
        .map((/** @type {any} */ one) => one.state),
    }));
    table(
      'events-list',
      ['Event', 'Object', 'Deliveries', 'Created', 'Do'],
      filtered(events),
      (event) => [
        idCell(event.id, () => detail(event.type, event), event.type),
        make('code', {}, event.data.object.id),
        make('span', {}, ...(event.sent.length > 0 ? event.sent.map(status) : ['no endpoint'])),
        when(event.created),
        button('Send again', () => post(`/_/events/${event.id}/resend`)),
      ],
      'No event here.',
    );
  },
  async requests() {
    const { items } = await call('/_/requests?latest=1&limit=200');
    table(
      'requests-list',
      ['Request', 'Status', 'Code', 'Idempotency key', 'Faults', 'ms', 'At'],
      filtered(items),
      (one) => [
        idCell(one.id, () => detail(one.id, one), `${one.method} ${one.path}`),
        status(String(one.status)),
        one.errorCode ?? '',
        make(
          'span',
          { className: 'about', title: one.idempotencyKey ?? '' },
          one.idempotencyKey ? `${one.replayed ? '↻ ' : ''}${one.idempotencyKey}` : '',
        ),
        one.faults.join(', '),
        String(one.durationMs),
        new Date(one.at).toLocaleTimeString(),
      ],
      'No request here.',
    );
  },
  async faults() {
    const { kinds, faults } = await call('/_/faults');
    offerKinds(kinds);
    table(
      'faults-list',
      ['Kind', 'Strikes', 'So far', 'Left', 'Do'],
      filtered(faults),
      (fault) => [
        idCell(fault.id, () => detail(fault.kind, fault), fault.kind),
        make('code', {}, `${fault.method ?? 'any'} ${fault.path ?? fault.types?.join(', ') ?? 'everything'}`),
        String(fault.hits),
        fault.remaining === null ? 'always' : String(fault.remaining),
        button('Remove', () => call(`/_/faults/${fault.id}`, { method: 'DELETE' })),
      ],
      'No fault is set: everything works.',
    );
  },
  async cards() {
    const { cards } = await call('/_/cards');
    table(
      'cards-list',
      ['Number', 'Payment method', 'Brand', 'What it does'],
      filtered(cards),
      (card) => [
        idCell(card.number, () => detail(card.number, card), card.number.replace(/(.{4})(?=.)/g, '$1 ')),
        make('code', {}, card.names.map((/** @type {string} */ name) => `pm_card_${name}`).join(' ')),
        `${card.brand} ${card.funding}, ${card.country}`,
        whatItDoes(card),
      ],
      'No card here.',
    );
  },
};

/** @param {any} card */
export function whatItDoes(card) {
  const parts = [
    card.decline?.decline_code ?? card.decline?.code,
    card.authentication && `3-D Secure: ${card.authentication}`,
    card.declineAfterAuthentication && `then ${card.declineAfterAuthentication.decline_code}`,
    card.declineOnceAttached && 'declined once saved',
    card.aftermath,
    card.riskLevel,
  ].filter(Boolean);
  return parts.join(', ') || 'pays';
}
