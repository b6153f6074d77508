import { LIMITS } from '#domain/limits.ts';
import type { LineInput } from '#domain/contract/orders.ts';
import type { Product } from '#domain/contract/catalog.ts';
import { isCartLine, isSameChoice, withoutOrdered, type CartLine } from './cart-line.ts';
import { fitToStock, refreshCart, type CartChange } from './price-cart.ts';
import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.cart.1';

/** The cart of this browser: kept over reloads and shared by all tabs. */
class Cart {
  lines: readonly CartLine[] = $state.raw(readLines());
  /** Catalog changes since the customer last saw the cart; shown until dismissed. */
  changes: readonly CartChange[] = $state.raw([]);

  readonly itemCount = $derived(this.lines.reduce((sum, line) => sum + line.quantity, 0));

  constructor() {
    globalThis.window?.addEventListener('storage', (event) => {
      if (event.key === STORED_AS) this.lines = readLines();
    });
  }

  /** Adds a line, or its quantity to an equal line. Returns false if the cart is full. */
  add(line: CartLine): boolean {
    const same = this.lines.find((other) => isSameChoice(other, line));
    if (!same && this.lines.length >= LIMITS.linesPerOrder) return false;
    this.#set(
      same
        ? this.lines.map((other) =>
            other === same ? { ...same, quantity: capped(same.quantity + line.quantity) } : other,
          )
        : [...this.lines, line],
    );
    return true;
  }

  /** Replaces a line by its edited version. */
  replace(id: string, line: CartLine): void {
    this.#set(this.lines.map((other) => (other.id === id ? { ...line, id } : other)));
  }

  setQuantity(id: string, quantity: number): void {
    this.#set(this.lines.map((line) => (line.id === id ? { ...line, quantity: capped(quantity) } : line)));
  }

  /** Removes a line. Returns a function that restores it in its place. */
  remove(id: string): () => void {
    const index = this.lines.findIndex((line) => line.id === id);
    const line = this.lines[index];
    this.#set(this.lines.filter((other) => other.id !== id));
    return () => {
      if (line) this.#set(this.lines.toSpliced(index, 0, line));
    };
  }

  /** Removes ordered lines; later additions stay. */
  takeOut(ordered: readonly LineInput[]): void {
    this.changes = [];
    this.#set(withoutOrdered(this.lines, ordered));
  }

  /** Takes over current names and prices, and records the changes. */
  refresh(products: readonly Product[]): void {
    const { lines, changes } = refreshCart(this.lines, products);
    if (changes.length === 0) return;
    this.changes = [...this.changes, ...changes];
    this.#set(lines);
  }

  /** Lowers quantities to the available stock; variants that are not given stay. */
  fit(available: ReadonlyMap<string, number>): void {
    this.#set(fitToStock(this.lines, available));
  }

  #set(lines: readonly CartLine[]): void {
    this.lines = lines;
    writeStored(STORED_AS, lines);
  }
}

/** Stored data may be of another version of this page or tampered with: only valid lines are loaded. */
function readLines(): readonly CartLine[] {
  const stored = readStored<unknown>(STORED_AS);
  const lines = Array.isArray(stored) ? stored.filter(isCartLine) : [];
  return [...new Map(lines.map((line) => [line.id, line])).values()].slice(0, LIMITS.linesPerOrder);
}

function capped(quantity: number): number {
  return Math.min(LIMITS.quantityPerLine, Math.max(1, quantity));
}

/** The one cart of this page. */
export const cart = new Cart();
