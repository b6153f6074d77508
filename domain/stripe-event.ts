/** Interprets Stripe's events for orders. The body is only a hint: the handler reads the object from Stripe. */

import { z } from 'zod';
import { isWanted } from './compare-payment.ts';
import { hasEnded, type OrderStatus } from './order.ts';

/**
 * The events to subscribe to: changes of a payment that happen without us, at the payer's bank or in Stripe's
 * dashboard. All other changes are known from the responses to our own calls.
 */
export const STRIPE_EVENT_TYPES = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.succeeded',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'setup_intent.succeeded',
] as const;
type StripeEventType = (typeof STRIPE_EVENT_TYPES)[number];

/** The fields of an event that we store or use. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  readonly paymentIntentId: string | null;
  /** For `setup_intent.*`. */
  readonly setupIntentId: string | null;
  /** For `refund.*`: Stripe's id, its status, and our refund's id from its metadata. */
  readonly refund: { readonly id: string; readonly status: string; readonly ourId: string | null } | null;
  /** For `charge.refunded`: the total refunded so far, in minor units. */
  readonly refundedAmount: number;
}

/** Our record of the payment that an event is about. */
export interface KnownPayment {
  readonly status: string;
  /** Reserved by refunds that have not failed, in minor units. */
  readonly refundedAmount: number;
  readonly orderStatus: OrderStatus;
  /** The refund that it is about, if it is one of ours. */
  readonly refund: { readonly status: string; readonly isMade: boolean } | null;
}

/** Stripe's ids and types: short, and storable in a database. */
const word = z.string().regex(/^[\x21-\x7e]{1,255}$/);
const eventSchema = z.object({
  id: word,
  type: word,
  /** In seconds. */
  created: z.number().min(0).max(253_402_300_799),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

/**
 * Parses an event from Stripe, of any version and type; missing or malformed fields are null. Returns undefined if it
 * isn't an event.
 */
export function readStripeEvent(value: unknown): StripeEvent | undefined {
  const { data: event } = eventSchema.safeParse(value);
  if (!event) return undefined;
  const { object } = event.data;
  const { refund_id: ourId } = (object['metadata'] ?? {}) as Record<string, unknown>;
  const intent = object['object'] === 'payment_intent' ? object['id'] : object['payment_intent'];
  const refundedAmount = z.int().min(0).safeParse(object['amount_refunded']).data ?? 0;
  const refundId = idOf(object['id']);
  return {
    id: event.id,
    type: event.type,
    createdAt: new Date(event.created * 1000),
    paymentIntentId: idOf(intent),
    setupIntentId: object['object'] === 'setup_intent' ? idOf(object['id']) : null,
    refund:
      object['object'] === 'refund' && refundId !== null
        ? {
            id: refundId,
            status: String(object['status']),
            ourId: typeof ourId === 'string' && UUID.test(ourId) ? ourId : null,
          }
        : null,
    refundedAmount: event.type === 'charge.refunded' ? refundedAmount : 0,
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : value;
  return word.safeParse(id).data ?? null;
}

/**
 * Returns who handles an event: the order's own workflow, which waits for its payer; aftercare, for changes that no
 * workflow waits for or that were made without us; or nobody, since the step that caused it has Stripe's response.
 */
export function newsOf(event: StripeEvent, known: KnownPayment): 'order' | 'aftercare' | 'nobody' {
  const type = event.type as StripeEventType;
  const isAwaited = known.status === 'requires_action' && !hasEnded(known.orderStatus);
  switch (type) {
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
      return isAwaited ? 'order' : 'nobody';
    case 'payment_intent.succeeded':
      // Money for a share that is paid otherwise is news even while its order is open.
      if (!isWanted(known)) return known.status === 'captured' ? 'nobody' : 'aftercare';
      return newsOfPayment(known, isAwaited);
    case 'payment_intent.amount_capturable_updated':
      return newsOfPayment(known, isAwaited);
    case 'payment_intent.canceled':
      if (hasEnded(known.orderStatus)) return known.status === 'canceled' ? 'nobody' : 'aftercare';
      return isAwaited ? 'order' : 'nobody';
    case 'refund.created':
    case 'refund.updated':
    case 'refund.failed':
      return isRefundNews(event, known) ? 'aftercare' : 'nobody';
    case 'charge.refunded':
      return event.refundedAmount > known.refundedAmount ? 'aftercare' : 'nobody';
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
      return 'aftercare';
    // About no payment: it is noted with its card.
    case 'setup_intent.succeeded':
      return 'nobody';
    default:
      return unasked(type);
  }
}

function newsOfPayment({ status, orderStatus }: KnownPayment, isAwaited: boolean) {
  if (hasEnded(orderStatus)) return status === 'captured' ? 'nobody' : 'aftercare';
  return isAwaited ? 'order' : 'nobody';
}

/** An event type to which we don't subscribe. */
function unasked(_type: never): 'nobody' {
  return 'nobody';
}

/** A refund in progress is read by its own workflow; a failed one stays failed. */
function isRefundNews(event: StripeEvent, { refund }: KnownPayment): boolean {
  if (!refund) return true;
  const status = event.refund?.status === 'canceled' ? 'failed' : event.refund?.status;
  if (refund.status === 'failed' || refund.status === status) return false;
  return refund.isMade || status === 'failed';
}
