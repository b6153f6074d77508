/** Faults of Stripe during a random run of payments. */

import fc from 'fast-check';
import { type FaultRequest, isWebhookKind } from 'stripe-stand-in';

const CONFIRM = '/v1/payment_intents/*/confirm';

const KINDS: readonly FaultRequest[] = [
  { kind: 'error_before' },
  { kind: 'error_after' },
  { kind: 'reset_before' },
  { kind: 'reset' },
  { kind: 'timeout', ms: 200 },
  { kind: 'rate_limit' },
  { kind: 'latency', ms: 150 },
  { kind: 'latency', ms: 150, when: 'after' },
  { kind: 'processing', ms: 300, path: CONFIRM },
  { kind: 'webhook_drop' },
  { kind: 'webhook_delay', ms: 400 },
  { kind: 'webhook_duplicate' },
  { kind: 'webhook_reorder' },
  { kind: 'webhook_forge' },
];

/**
 * Up to four faults at once, each occurring at random, on reads as well as writes. An outage of
 * Stripe is a separate step.
 */
export const faultsArbitrary: fc.Arbitrary<FaultRequest[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom(...KINDS),
      fc.record({
        probability: fc.integer({ min: 1, max: 8 }).map((twentieths) => twentieths / 20),
        seed: fc.nat(1_000),
      }),
      fc.constantFrom<Pick<FaultRequest, 'method'>>({ method: 'POST' }, {}),
    )
    .map(([fault, chance, struck]) => ({ ...(!isWebhookKind(fault.kind) && struck), ...chance, ...fault })),
  { minLength: 1, maxLength: 4 },
);
