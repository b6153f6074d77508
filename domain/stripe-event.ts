/** What an event of Stripe may mean for an order. Its body is a hint only: whoever works on it reads Stripe itself. */

import { z } from 'zod';
import { isWanted } from './compare-payment.ts';
import { hasEnded, type OrderStatus } from './order.ts';

/**
 * The events to ask Stripe for: what becomes of a payment without us, at its payer's bank or in Stripe's dashboard.
 * Everything else is heard as the answer to our own calls, and would only be sent, checked and kept for nothing.
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
] as const;
type StripeEventType = (typeof STRIPE_EVENT_TYPES)[number];

/** The part of an event that we keep or go by. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Date;
  readonly paymentIntentId: string | null;
  /** Of `refund.*`: Stripe's id, its status, and the refund of ours it says it is. */
  readonly refund: { readonly id: string; readonly status: string; readonly ourId: string | null } | null;
  /** Of `charge.refunded`: all that went back so far, in minor units. */
  readonly refundedAmount: number;
}

/** What we know of the payment that an event is about. */
export interface KnownPayment {
  readonly status: string;
  /** Reserved by refunds that have not failed, in minor units. */
  readonly refundedAmount: number;
  readonly orderStatus: OrderStatus;
  /** The refund it is about, where it is one of ours. */
  readonly refund: { readonly status: string; readonly isMade: boolean } | null;
}

/** Ids and types as Stripe has them: what a database keeps, and short. */
const word = z.string().regex(/^[\x21-\x7e]{1,255}$/);
const eventSchema = z.object({
  id: word,
  type: word,
  /** In seconds. */
  created: z.number().min(0).max(253_402_300_799),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

/**
 * Reads an event as Stripe sends it, of any version and type; what it lacks, or what has another form than Stripe's, is
 * null. Undefined for what is no event at all.
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
 * Whom an event is news for: the order's own workflow, which waits for its payer; aftercare, for what nobody waits
 * for any more or what was done without us; or nobody, since the step that did it hears of it from Stripe itself.
 */
export function newsOf(event: StripeEvent, known: KnownPayment): 'order' | 'aftercare' | 'nobody' {
  const type = event.type as StripeEventType;
  const isAwaited = known.status === 'requires_action' && !hasEnded(known.orderStatus);
  switch (type) {
    case 'payment_intent.payment_failed':
    case 'payment_intent.processing':
      return isAwaited ? 'order' : 'nobody';
    case 'payment_intent.succeeded':
      // Of a share that is paid otherwise, money is news while its order goes on, too.
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
    default:
      return unasked(type);
  }
}

function newsOfPayment({ status, orderStatus }: KnownPayment, isAwaited: boolean) {
  if (hasEnded(orderStatus)) return status === 'captured' ? 'nobody' : 'aftercare';
  return isAwaited ? 'order' : 'nobody';
}

/** A type we do not ask for came all the same. */
function unasked(_type: never): 'nobody' {
  return 'nobody';
}

/** A refund that is being made is heard of by its own workflow; one that failed stays so. */
function isRefundNews(event: StripeEvent, { refund }: KnownPayment): boolean {
  if (!refund) return true;
  const status = event.refund?.status === 'canceled' ? 'failed' : event.refund?.status;
  if (refund.status === 'failed' || refund.status === status) return false;
  return refund.isMade || status === 'failed';
}
