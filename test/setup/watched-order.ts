import type { Order, OrderForAgents } from '../../domain/contract/orders.ts';
import { applyOrderPatch } from '../../domain/patch.ts';
import type { OrderChanged } from '../../domain/socket.ts';
import type { WatchingSocket } from './visitor.ts';

/** An order on a screen: every change that it is told of, and what the screen shows. */
export interface WatchedOrder {
  readonly changes: readonly OrderChanged[];
  /** As the watch was answered. */
  readonly order: Order | OrderForAgents;
  /** As it is shown now. */
  now(): Order;
  versions(): number[];
}

/** Watches an order, with whole orders or with patches, and records every version. */
export async function watchOrder(
  socket: WatchingSocket,
  orderId: string,
  request: { readonly since?: number; readonly guestToken?: string; readonly patches?: boolean } = {},
): Promise<WatchedOrder> {
  const changes: OrderChanged[] = [];
  let shown: Order | undefined;
  const show = ({ version, order, patch }: OrderChanged) => {
    if (shown && version > shown.version) {
      if (order) shown = order;
      else if (patch) shown = applyOrderPatch(shown, patch);
    }
  };
  socket.on('order:changed', (change) => {
    if (change.orderId !== orderId) return;
    changes.push(change);
    show(change);
  });
  const answer = await socket.emitWithAck('order:watch', { orderId, ...request });
  if ('error' in answer) throw new Error(answer.error.message);
  shown = answer.order;
  changes.forEach(show);
  return {
    changes,
    order: answer.order,
    now: () => shown!,
    versions: () => changes.map(({ version }) => version),
  };
}
