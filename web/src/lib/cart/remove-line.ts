import * as m from '#messages';
import { toast } from '#lib/ui/toast.ts';
import { cart } from './cart.svelte.ts';
import type { CartLine } from './cart-line.ts';

/** Takes a line out of the cart, and offers to put it back. */
export function removeLine(line: CartLine): void {
  const restore = cart.remove(line.id);
  toast(m.cart.removed({ name: line.name }), { action: { label: m.cart.undo(), onClick: restore } });
}
