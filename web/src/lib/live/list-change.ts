/** Applies server messages to a list of orders, and computes the differences worth announcing. */

/** The fields of an order that a list needs. */
interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** A list message of the server: changed orders, and ids of removed ones. */
export interface ListNews<Item> {
  readonly orders: readonly Item[];
  readonly gone?: readonly string[];
}

export interface ListChange<Item> {
  readonly orders: ReadonlyMap<string, Item>;
  /** Orders added to the list. */
  readonly arrived: readonly Item[];
  /** Orders removed from the list, in their final state if it was sent. */
  readonly left: readonly Item[];
}

/** Applies a message. Orders at or below the shown version are dropped. */
export function applyNews<Item extends Versioned>(
  shown: ReadonlyMap<string, Item>,
  { orders: told, gone = [] }: ListNews<Item>,
  belongs: (order: Item) => boolean,
): ListChange<Item> {
  const orders = new Map(shown);
  const arrived: Item[] = [];
  const left: Item[] = [];
  for (const order of told) {
    const known = orders.get(order.id);
    if (known && order.version <= known.version) continue;
    if (belongs(order)) {
      orders.set(order.id, order);
      if (!known) arrived.push(order);
    } else if (known) {
      orders.delete(order.id);
      left.push(order);
    }
  }
  for (const id of gone) {
    const known = orders.get(id);
    if (known) left.push(known);
    orders.delete(id);
  }
  return { orders, arrived, left };
}

/** Replaces the list by a snapshot. Never goes back to an older version of an order. */
export function replaceAll<Item extends Versioned>(
  shown: ReadonlyMap<string, Item>,
  whole: readonly Item[],
): ListChange<Item> {
  const orders = new Map<string, Item>();
  for (const order of whole) {
    const known = shown.get(order.id);
    orders.set(order.id, known && known.version > order.version ? known : order);
  }
  return {
    orders,
    arrived: [...orders.values()].filter((order) => !shown.has(order.id)),
    left: [...shown.values()].filter((order) => !orders.has(order.id)),
  };
}
