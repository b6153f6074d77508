/** The second browser: an agent's socket on the board. */

import type { BoardOrder } from '../../domain/contract/board.ts';
import { connect, now } from './customers.ts';
import { signIn } from './sign-in.ts';

/** An open board. */
export interface AgentScreen {
  /** When an order first appeared, in milliseconds of this machine's clock; undefined before. */
  arrivedAt(orderId: string): number | undefined;
  close(): void;
}

/** Signs the demo agent in and opens the board. */
export async function openAgentScreen(apiUrl: string): Promise<AgentScreen> {
  const socket = await connect(apiUrl, { Cookie: await signIn(apiUrl, 'agent'), Origin: apiUrl });
  const arrivals = new Map<string, number>();
  const see = (orders: readonly BoardOrder[]) => {
    const at = now();
    for (const { id } of orders) if (!arrivals.has(id)) arrivals.set(id, at);
  };
  socket.on('board:changed', ({ orders }) => see(orders));
  await new Promise<void>((resolve, reject) => {
    socket.emit('board:watch', {}, (board) => {
      if ('error' in board) return reject(new Error(`board:watch answers ${board.error.code}`));
      see(board.orders);
      resolve();
    });
  });
  return { arrivedAt: (orderId) => arrivals.get(orderId), close: () => void socket.disconnect() };
}
