import { Client } from 'pg';
import type { Logger } from 'pino';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/changes.ts';

const RECONNECT_MS = 500;

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
    const next = new Client({
      connectionString: options.ordersUrl,
      application_name: 'sharetab feed',
      keepAlive: true,
    });
    next.on('error', () => undefined);
    next.on('notification', ({ payload }) => onIds((payload ?? '').split(',').filter(Boolean)));
    await next.connect();
    await next.query(`listen ${ORDER_CHANGES_CHANNEL}`);
    next.on('end', () => {
      if (!stopped) reconnect();
    });
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
