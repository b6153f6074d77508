/** How what the server tells becomes a list of orders, and what is worth telling of the difference. */

/** What a list needs to know of an order. */
interface Versioned {
  readonly id: string;
  readonly version: number;
}

/** What the server tells of a list: orders that changed, and ids of orders that are no longer on it. */
export interface ListNews<Item> {
  readonly orders: readonly Item[];
  readonly gone?: readonly string[];
}

export interface ListChange<Item> {
  readonly orders: ReadonlyMap<string, Item>;
  /** Orders that were not on the list before. */
  readonly arrived: readonly Item[];
  /** Orders that are no longer on it, as they are now where that was told. */
  readonly left: readonly Item[];
}

/** Applies what was told. An order of a version not above the one shown is old news and dropped. */
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

/** Replaces the list by the whole one. Never goes back to an older version of an order. */
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
