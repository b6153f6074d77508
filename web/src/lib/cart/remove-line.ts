import * as m from '#messages';
import { toast } from '#lib/ui/toast.ts';
import { cart } from './cart.svelte.ts';
import type { CartLine } from './cart-line.ts';

/** Removes a line from the cart, and offers to undo it. */
export function removeLine(line: CartLine): void {
  const restore = cart.remove(line.id);
  toast(m.cart.removed({ name: line.name }), { action: { label: m.cart.undo(), onClick: restore } });
}
