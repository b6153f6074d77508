// @ts-check
import { detail } from './dashboard-detail.js';
import { drawFaults } from './dashboard-faults.js';
import { drawCustomers, drawDisputes, drawRefunds } from './dashboard-money.js';
import { byId, call, idCell, make, money, status, table, when } from './dashboard-parts.js';
import { actionsOf, describePayment } from './dashboard-payments.js';
import { drawEvents, drawWebhooks } from './dashboard-webhooks.js';

/** @param {string} id */
export async function openPayment(id) {
  const intent = await call(`/v1/payment_intents/${id}?expand[]=latest_charge`);
  await detail(id, intent, () => describePayment(intent));
}

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
      ['Payment', 'Amount', 'Status', 'Card', 'Refunded', 'About', 'Created', 'Do'],
      filtered(data),
      (intent) => [
        idCell(intent.id, () => openPayment(intent.id)),
        money(intent.amount, intent.currency),
        make('span', {}, ...statusOf(intent)),
        make('span', { className: 'when' }, cardOf(intent)),
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
  refunds: () => drawRefunds(filtered, openPayment),
  disputes: () => drawDisputes(filtered, openPayment),
  customers: () => drawCustomers(filtered),
  events: () => drawEvents(filtered),
  webhooks: () => drawWebhooks(filtered),
  async requests() {
    const { items } = await call('/_/requests?latest=1&limit=200');
    table(
      'requests-list',
      ['Request', 'Status', 'Code', 'Idempotency key', 'Faults', 'ms', 'At'],
      filtered(items),
      (one) => [
        idCell(one.id, () => detail(one.id, one), `${one.method} ${one.path}`),
        status(one.status === 0 ? 'cut' : String(one.status)),
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
    drawFaults(filtered((await call('/_/faults')).faults), detail);
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

/** @param {any} intent */
function statusOf({ status: now, latest_charge, last_payment_error }) {
  const reason = now === 'requires_payment_method' && last_payment_error;
  return [
    status(now),
    ...(latest_charge?.disputed ? [status('disputed')] : []),
    ...(reason ? [make('small', {}, reason.decline_code ?? reason.code)] : []),
  ];
}

/** @param {any} intent */
function cardOf({ latest_charge, last_payment_error }) {
  const card = latest_charge?.payment_method_details.card ?? last_payment_error?.payment_method?.card;
  return card ? `${card.brand} ${card.last4}` : '';
}

/** @param {any} card */
export function whatItDoes(card) {
  const parts = [
    card.decline?.decline_code ?? card.decline?.code,
    card.authentication && `3-D Secure: ${card.authentication}`,
    card.lookupFails && '3-D Secure cannot be asked for',
    card.declineAfterAuthentication && `then ${card.declineAfterAuthentication.decline_code}`,
    card.declineOnceAttached && 'declined once saved',
    card.aftermath,
    card.failedChecks && `fails ${card.failedChecks.join(', ')}`,
    card.unavailableChecks && 'address cannot be checked',
    card.riskLevel && `risk: ${card.riskLevel}`,
  ].filter(Boolean);
  return parts.join(', ').replaceAll('_', ' ') || 'pays';
}
