import type { Store } from '../store/store.ts';

/** The subject of a request or event, so that faults can target one payment among many. */
export interface Subject {
  /**
   * Whether it contains `text` (an id, a value of metadata, a part of an idempotency key), or names an object that
   * does: a call for `pi_…` is about the order that the PaymentIntent has in its metadata, and so is its refund.
   */
  names(text: string): boolean;
}

/** From the request to the object, and from there to the PaymentIntent or the customer it belongs to. */
const STEPS = 2;
const ID = /\b(?:pi|seti|ch|re|pm|cus|du|txn)_\w+/g;

/** The subject of a request. Objects are looked up when it is asked for, and as they are then. */
export function subjectOfRequest(
  store: Store,
  request: { path: string; query: string; body: string; idempotencyKey: string | undefined },
): Subject {
  const { path, query, body, idempotencyKey = '' } = request;
  const values = [query, body].flatMap((form) => [...new URLSearchParams(form).values()]);
  return subjectOf(store, [path, ...values, idempotencyKey].join('\n'));
}

/** The subject of an event. */
export function subjectOfEvent(store: Store, event: { data: { object: object } }): Subject {
  return subjectOf(store, JSON.stringify(event.data));
}

function subjectOf(store: Store, said: string): Subject {
  let known: string[] | undefined;
  return { names: (text) => (known ??= follow(store, said)).some((one) => one.includes(text)) };
}

/** Returns the text and the objects it refers to by id, directly or through each other. */
function follow(store: Store, said: string): string[] {
  const texts = [said];
  const seen = new Set<string>();
  let fresh = texts;
  for (let step = 0; step < STEPS; step += 1) {
    const ids = fresh.flatMap((text) => text.match(ID) ?? []).filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    fresh = [...new Set(ids)].flatMap((id) => {
      const object = store.find(id);
      return object ? [JSON.stringify(object)] : [];
    });
    texts.push(...fresh);
  }
  return texts;
}
