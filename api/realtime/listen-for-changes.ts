import type { Client } from 'pg';
import type { Logger } from 'pino';
import { PreparingClient } from '../../db/bound-statements.ts';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';
import { CALLER_PATIENCE } from '../../db/patience.ts';

const RECONNECT_MS = 500;
/** Interval of the connection's health check: a connection that the network dropped reports no error. */
const ASK_MS = 5_000;

/**
 * LISTENs on a dedicated connection and reconnects if it is lost; `onGap` then reports that ids may have been missed.
 * Rejects if the first connection fails.
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
    // A health check without a timely response ends the connection. Runs in every API process, each for its own
    // connection.
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
