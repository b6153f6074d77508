/** I4: no event or workflow history contains names, addresses, or any text a user typed. */

import { placeName } from '../../domain/place-name.ts';
import { EVENT_REASONS } from '../../domain/events.ts';
import type { Facts } from './facts.ts';
import type { Violation } from './violation.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const CODES: ReadonlySet<string> = new Set(EVENT_REASONS);

/** Searches every order's events for its personal data and secrets. */
export function checkEvents(facts: Facts): Violation[] {
  const secrets = collectSecrets(facts);
  return facts.events.flatMap(({ orderId, version, type, data }) =>
    findSecrets(Object.values(data).map(String).join('\n'), secrets.get(orderId) ?? []).map(
      (found): Violation => ({
        id: 'I4',
        orderId,
        sentence: `its event ${version} (${type}) holds its ${found}`,
      }),
    ),
  );
}

/** A value that must not appear in a history or an event. */
export interface Secret {
  readonly what: string;
  readonly value: string;
}

/** Returns the names of the secrets found in `text`, as whole words outside ids. */
export function findSecrets(text: string, secrets: readonly Secret[]): string[] {
  const words = text.replace(UUID, ' ').toLowerCase();
  return secrets
    .filter(({ value }) => value.length >= 3)
    .filter(({ value }) => {
      const escaped = value.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'u').test(words);
    })
    .map(({ what }) => what);
}

/** By order id; secrets of no single order are under ''. */
export function collectSecrets(facts: Facts): Map<string, Secret[]> {
  const secrets = new Map<string, Secret[]>();
  const add = (orderId: string, what: string, value: string | null | undefined) => {
    // User text that equals one of our codes cannot be told apart from the code.
    if (!value || CODES.has(value)) return;
    const own = secrets.get(orderId) ?? [];
    secrets.set(orderId, own);
    own.push({ what, value });
  };
  for (const row of facts.participants) {
    add(row.orderId, 'customer’s name', row.name);
    add(row.orderId, 'customer’s mail address', row.email);
  }
  for (const { id, place } of facts.orders) {
    // A bare label, such as 7, would match unrelated numbers in a history.
    add(id, 'place', place && placeName({ label: place.label }, 'Table'));
    add(id, 'name to call', place?.name);
    add(id, 'note of the place', place?.note);
  }
  for (const row of facts.lines) {
    add(row.orderId, 'note', row.note);
    add(row.orderId, 'line', row.name);
  }
  for (const row of facts.payments) add(row.orderId, 'client secret', row.clientSecret);
  for (const row of facts.attempts) add(row.orderId, 'payment method', row.paymentMethodId);
  for (const row of facts.cancelRequests) add(row.orderId, 'words of cancellation', row.reason);
  for (const row of facts.refunds) add(row.orderId, 'words of the refund', row.reason);
  for (const row of facts.mails) {
    add(row.orderId ?? '', 'recipient', row.recipient);
    add(row.orderId ?? '', 'link', row.data.url);
  }
  return secrets;
}
