import type { Client } from 'pg';
import type { Logger } from 'pino';
import { PreparingClient } from '../../db/bound-statements.ts';
import { CALLER_PATIENCE } from '../../db/patience.ts';

const RECONNECT_MS = 500;
/** Interval of the connection's health check: a connection that the network dropped reports no error. */
const ASK_MS = 5_000;

/** Receives what is notified on one channel. */
export interface Listener {
  onPayload(payload: string): void;
  /** Notifications may have been missed: called after every connect, the first one included. */
  onGap(): void;
}

export interface ChangesListener {
  /** Registers the only listener of a channel, before `start`. A payload that it throws at is logged and lost. */
  on(channel: string, listener: Listener): void;
  /** Rejects if the first connection fails. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** LISTENs on a dedicated connection to the orders database, and reconnects if it is lost. */
export function createChangesListener(options: { ordersUrl: string; logger: Logger }): ChangesListener {
  const listeners = new Map<string, Listener>();
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
    next.on('notification', ({ channel, payload }) => {
      try {
        listeners.get(channel)?.onPayload(payload ?? '');
      } catch (error) {
        // It may be from a process of another version: that must not end this one.
        options.logger.warn({ err: error, channel }, 'a notification was not understood');
      }
    });
    await next.connect();
    // A health check without a timely response ends the connection. Runs in every API process, each for its own
    // connection.
    const asking = setInterval(() => void next.query('select 1').catch(() => undefined), ASK_MS);
    next.on('end', () => {
      clearInterval(asking);
      if (!stopped && client === next) reconnect();
    });
    try {
      for (const channel of listeners.keys()) await next.query(`listen ${channel}`);
    } catch (error) {
      await next.end();
      throw error;
    }
    client = next;
    for (const { onGap } of listeners.values()) onGap();
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
  return {
    on: (channel, listener) => listeners.set(channel, listener),
    start: connect,
    stop: async () => {
      stopped = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}

/** Returns the ids of a notification of changed orders or tabs. */
export function idsIn(payload: string): string[] {
  return payload.split(',').filter(Boolean);
}
