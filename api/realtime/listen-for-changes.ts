import type { Client } from 'pg';
import type { Logger } from 'pino';
import { PreparingClient } from '../../db/bound-statements.ts';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';
import { CALLER_PATIENCE } from '../../db/patience.ts';

const RECONNECT_MS = 500;
/** How often the connection is asked whether it still hears: one that the network forgot says nothing by itself. */
const ASK_MS = 5_000;

/**
 * LISTENs on a connection of its own, and connects again when it is lost: `onGap` then says that ids may have been
 * missed. Rejects when the first connection fails.
 */
export async function listenForChanges(
  options: { ordersUrl: string; logger: Logger },
  onIds: (ids: readonly string[]) => void,
  onGap: () => void,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  const connect = async () => {
    const next = new PreparingClient({
      connectionString: options.ordersUrl,
      application_name: 'sharetab feed',
      keepAlive: true,
      connectionTimeoutMillis: CALLER_PATIENCE.connectMs,
      statementMs: CALLER_PATIENCE.statementMs,
    });
    next.on('error', () => undefined);
    next.on('notification', ({ payload }) => onIds((payload ?? '').split(',').filter(Boolean)));
    await next.connect();
    // A question that is not answered in time ends the connection.
    // Every API for itself: it is its own connection that must not break unnoticed.
    const asking = setInterval(() => void next.query('select 1').catch(() => undefined), ASK_MS);
    next.on('end', () => {
      clearInterval(asking);
      if (!stopped && client === next) reconnect();
    });
    try {
      await next.query(`listen ${ORDER_CHANGES_CHANNEL}`);
    } catch (error) {
      await next.end();
      throw error;
    }
    client = next;
    onGap();
  };
  const reconnect = () => {
    clearTimeout(retry);
    retry = setTimeout(() => {
      void connect().catch((error: unknown) => {
        options.logger.warn(
          { err: error },
          'the connection that hears of changed orders is lost; trying again',
        );
        if (!stopped) reconnect();
      });
    }, RECONNECT_MS);
  };
  await connect();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
