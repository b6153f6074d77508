import { createHmac } from 'node:crypto';
import type { Event } from '../store/store.ts';

/** The `Stripe-Signature` of a payload: `t=…,v1=…`, HMAC-SHA256 of `t.payload` with the endpoint's secret. */
export function signPayload(payload: string, secret: string, seconds: number): string {
  const signature = createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}

/** A forged copy of the event, with another amount and id. */
export function forge(event: Event): object {
  const object = { ...event.data.object } as Record<string, unknown>;
  if (typeof object['amount'] === 'number') object['amount'] *= 10;
  if (typeof object['amount_received'] === 'number') object['amount_received'] *= 10;
  return { ...event, id: `${event.id}x`, data: { ...event.data, object } };
}
