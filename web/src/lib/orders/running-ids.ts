import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.running.1';
/** Further ones are on the page of all her orders. */
export const MOST_RUNNING = 3;

/** Remembers an order of this browser, for the menu to show while it runs. */
export function rememberRunning(orderId: string): void {
  storeRunning([orderId, ...readRunning().filter((id) => id !== orderId)].slice(0, MOST_RUNNING));
}

/** The remembered orders, the last one first. */
export function readRunning(): string[] {
  const stored = readStored<unknown>(STORED_AS);
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
}

export function storeRunning(ids: readonly string[]): void {
  writeStored(STORED_AS, ids.length > 0 ? ids : undefined);
}
