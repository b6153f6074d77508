// @ts-check
import { disputeActions, refundActions } from './dashboard-money.js';
import { button, byId, call, chooser, make, money, post, status } from './dashboard-parts.js';

const REASONS = [
  'product_not_received',
  'product_unacceptable',
  'duplicate',
  'credit_not_processed',
  'subscription_canceled',
  'unrecognized',
  'general',
];

/** What can be done with a payment where it stands. @param {any} intent @returns {Node[]} */
export function actionsOf(intent) {
  const path = `/v1/payment_intents/${intent.id}`;
  const own = `/_/payment_intents/${intent.id}`;
  const cancel = () => button('Cancel', () => post(`${path}/cancel`));
  switch (intent.status) {
    case 'requires_capture':
      return [
        button('Capture', () => post(`${path}/capture`)),
        cancel(),
        button('Expire', () => post(`${own}/expire`)),
      ];
    case 'requires_action':
      return [
        button('Pass 3-D Secure', () => post(`${own}/authenticate`)),
        button('Fail it', () => post(`${own}/fail_authentication`)),
        cancel(),
      ];
    case 'succeeded':
      return afterwards(intent);
    case 'canceled':
      return [];
    default:
      return [cancel()];
  }
}

/** @param {any} intent @returns {Node[]} */
function afterwards({ id, latest_charge: charge }) {
  if (!charge || charge.refunded || charge.disputed) return [];
  const half = Math.floor((charge.amount_captured - charge.amount_refunded) / 2);
  return [
    button('Refund', () => refund(id, {})),
    ...(half > 0 ? [button('Refund half', () => refund(id, { amount: String(half) }))] : []),
    button('Dispute', () => post(`/_/charges/${charge.id}/dispute`)),
  ];
}

/** @param {string} id @param {Record<string, string>} form */
const refund = (id, form) => call('/v1/refunds', { method: 'POST', form: { payment_intent: id, ...form } });

/** Besides: what is wanted less often. @param {any} intent @returns {Node[]} */
function seldom({ id, status: now, latest_charge: charge }) {
  if (now === 'requires_capture')
    return [
      button('Capture half', () =>
        call(`/v1/payment_intents/${id}/capture`, {
          method: 'POST',
          form: { amount_to_capture: String(Math.floor(charge.amount / 2)) },
        }),
      ),
    ];
  if (now !== 'succeeded' || !charge || charge.refunded || charge.disputed) return [];
  const dispute = `/_/charges/${charge.id}/dispute`;
  return [
    button('Inquiry', () => post(dispute, { inquiry: true })),
    chooser('Dispute because', REASONS, (reason) => post(dispute, { reason })),
  ];
}

/** Refunds, disputes and events of a payment, with what a bank may do. @param {any} intent */
export async function describePayment(intent) {
  const query = `payment_intent=${intent.id}&limit=100`;
  const [refunds, disputes, events] = await Promise.all([
    call(`/v1/refunds?${query}`),
    call(`/v1/disputes?${query}`),
    call('/v1/events?limit=100'),
  ]);
  const own = events.data.filter((/** @type {any} */ event) => JSON.stringify(event).includes(intent.id));
  byId('detail-more').replaceChildren(
    make('div', { className: 'actions' }, ...actionsOf(intent), ...seldom(intent)),
    ...refunds.data.map((/** @type {any} */ one) =>
      line(`Refund of ${money(one.amount, one.currency)}`, one.status, refundActions(one)),
    ),
    ...disputes.data.map((/** @type {any} */ one) =>
      line(`Dispute of ${money(one.amount, one.currency)}`, one.status, disputeActions(one)),
    ),
    make(
      'ol',
      { className: 'story', reversed: true },
      ...own.map((/** @type {any} */ event) =>
        make('li', {}, `${new Date(event.created * 1000).toLocaleTimeString()} ${event.type}`),
      ),
    ),
  );
}

/** @param {string} text @param {string} state @param {Node[]} buttons */
function line(text, state, buttons) {
  return make('div', { className: 'actions' }, text, status(state), ...buttons);
}
