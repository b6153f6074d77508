// @ts-check
import { detail } from './dashboard-detail.js';
import { button, call, chooser, idCell, make, money, post, status, table, when } from './dashboard-parts.js';

const FAILURES = [
  'expired_or_canceled_card',
  'lost_or_stolen_card',
  'insufficient_funds',
  'declined',
  'merchant_request',
  'charge_for_pending_refund_disputed',
  'unknown',
];
const OVER = ['won', 'lost', 'warning_closed'];

/** What a bank may do with a refund where it stands. @param {any} refund @returns {Node[]} */
export function refundActions(refund) {
  const path = `/_/refunds/${refund.id}`;
  return [
    ...(refund.status === 'pending' ? [button('It arrives', () => post(`${path}/succeed`))] : []),
    ...(refund.status === 'failed'
      ? []
      : [
          button('The bank sends it back', () => post(`${path}/fail`)),
          chooser('…because', FAILURES, (reason) => post(`${path}/fail`, { reason })),
        ]),
  ];
}

/** What a bank or the shop may do with a dispute where it stands. @param {any} dispute @returns {Node[]} */
export function disputeActions(dispute) {
  if (OVER.includes(dispute.status)) return [];
  const path = `/_/disputes/${dispute.id}`;
  const evidence = { 'evidence[uncategorized_text]': 'He did eat it.' };
  return [
    button('Win it', () => post(`${path}/win`)),
    button('Lose it', () => post(`${path}/lose`)),
    ...(dispute.status.startsWith('warning_')
      ? [button('Escalate it', () => post(`${path}/escalate`))]
      : [button('Accept it', () => post(`/v1/disputes/${dispute.id}/close`))]),
    ...(dispute.evidence_details.submission_count === 0
      ? [
          button('Send evidence', () =>
            call(`/v1/disputes/${dispute.id}`, { method: 'POST', form: evidence }),
          ),
        ]
      : []),
  ];
}

/** @param {(items: any[]) => any[]} filtered @param {(id: string) => void} openPayment */
export async function drawRefunds(filtered, openPayment) {
  const { data } = await call('/v1/refunds?limit=100');
  table(
    'refunds-list',
    ['Refund', 'Amount', 'Status', 'Why', 'Payment', 'Created', 'Do'],
    filtered(data),
    (refund) => [
      idCell(refund.id, () => detail(refund.id, refund)),
      money(refund.amount, refund.currency),
      status(refund.status),
      refund.failure_reason ?? refund.pending_reason ?? refund.reason ?? '',
      idCell(refund.payment_intent, () => openPayment(refund.payment_intent)),
      when(refund.created),
      make('div', { className: 'actions' }, ...refundActions(refund)),
    ],
    'No refund here.',
  );
}

/** @param {(items: any[]) => any[]} filtered @param {(id: string) => void} openPayment */
export async function drawDisputes(filtered, openPayment) {
  const { data } = await call('/v1/disputes?limit=100');
  table(
    'disputes-list',
    ['Dispute', 'Amount', 'Status', 'Reason', 'Payment', 'Answer until', 'Do'],
    filtered(data),
    (dispute) => [
      idCell(dispute.id, () => detail(dispute.id, dispute)),
      money(dispute.amount, dispute.currency),
      status(dispute.status),
      dispute.reason,
      idCell(dispute.payment_intent, () => openPayment(dispute.payment_intent)),
      when(dispute.evidence_details.due_by),
      make('div', { className: 'actions' }, ...disputeActions(dispute)),
    ],
    'No dispute here. Dispute a payment, or pay with pm_card_createDispute.',
  );
}

/** @param {(items: any[]) => any[]} filtered */
export async function drawCustomers(filtered) {
  const { data } = await call('/v1/customers?limit=50');
  const customers = await Promise.all(
    data.map(async (/** @type {any} */ customer) => ({
      ...customer,
      cards: (await call(`/v1/customers/${customer.id}/payment_methods?limit=20`)).data,
    })),
  );
  table(
    'customers-list',
    ['Customer', 'Name', 'Mail', 'Cards', 'Created', 'Do'],
    filtered(customers),
    (customer) => [
      idCell(customer.id, () => detail(customer.id, customer)),
      customer.name ?? '',
      customer.email ?? '',
      make(
        'div',
        { className: 'actions' },
        ...customer.cards.map((/** @type {any} */ one) => card(one, customer)),
      ),
      when(customer.created),
      button('Delete', () => call(`/v1/customers/${customer.id}`, { method: 'DELETE' })),
    ],
    'No customer here.',
  );
}

/** @param {any} method @param {any} customer */
function card(method, customer) {
  const preferred = customer.invoice_settings.default_payment_method === method.id ? ', preferred' : '';
  return make(
    'span',
    { className: 'card' },
    `${method.card.brand} •••• ${method.card.last4}${preferred}`,
    button('Detach', () => post(`/v1/payment_methods/${method.id}/detach`)),
  );
}
