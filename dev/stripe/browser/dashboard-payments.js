// @ts-check
import { button, byId, call, make, money, post, status } from './dashboard-parts.js';

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
function afterwards(intent) {
  const charge = intent.latest_charge;
  if (charge?.refunded || charge?.disputed) return [];
  const refund = (/** @type {Record<string, string>} */ form) =>
    call('/v1/refunds', { method: 'POST', form: { payment_intent: intent.id, ...form } });
  const half = Math.floor((charge.amount_captured - charge.amount_refunded) / 2);
  return [
    button('Refund', () => refund({})),
    ...(half > 0 ? [button('Refund half', () => refund({ amount: String(half) }))] : []),
    button('Dispute', () => post(`/_/charges/${charge.id}/dispute`)),
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
    make('div', { className: 'actions' }, ...actionsOf(intent)),
    ...refunds.data.map((/** @type {any} */ refund) => refundLine(refund)),
    ...disputes.data.map((/** @type {any} */ dispute) => disputeLine(dispute)),
    make(
      'ol',
      { className: 'story', reversed: true },
      ...own.map((/** @type {any} */ event) =>
        make('li', {}, `${new Date(event.created * 1000).toLocaleTimeString()} ${event.type}`),
      ),
    ),
  );
}

/** @param {any} refund */
function refundLine(refund) {
  const buttons = [
    ...(refund.status === 'pending'
      ? [button('It arrives', () => post(`/_/refunds/${refund.id}/succeed`))]
      : []),
    ...(refund.status === 'failed'
      ? []
      : [button('The bank sends it back', () => post(`/_/refunds/${refund.id}/fail`))]),
  ];
  return line(`Refund of ${money(refund.amount, refund.currency)}`, refund.status, buttons);
}

/** @param {any} dispute */
function disputeLine(dispute) {
  const over = ['won', 'lost', 'warning_closed'].includes(dispute.status);
  const buttons = over
    ? []
    : ['win', 'lose'].map((end) =>
        button(end === 'win' ? 'Win it' : 'Lose it', () => post(`/_/disputes/${dispute.id}/${end}`)),
      );
  return line(`Dispute of ${money(dispute.amount, dispute.currency)}`, dispute.status, buttons);
}

/** @param {string} text @param {string} state @param {Node[]} buttons */
function line(text, state, buttons) {
  return make('p', { className: 'actions' }, text, status(state), ...buttons);
}
