import type { Clock } from '../store/clock.ts';
import { type Fault, type Faults, isAbout } from '../faults/faults.ts';
import type { Event, Store } from '../store/store.ts';
import { subjectOfEvent } from '../faults/subjects.ts';
import { configure, type ConfiguredEndpoint } from './webhook-configuration.ts';
import { forge } from './webhook-payload.ts';
import { createSender } from './webhook-sender.ts';

/** Sends signed events to their endpoints in the background. Retries with backoff until the endpoint responds 2xx. */
export interface Webhooks {
  /** Looks for something to send. */
  wake(): void;
  /** Sends an event once more to every enabled endpoint, whatever was sent before. */
  resend(eventId: string): void;
  /** Returns the newest deliveries: event, type, endpoint, attempts, state, response and time of the next attempt. */
  list(limit: number): object;
  /** Sends events there from now on, in place of the endpoint of the options. */
  configure(endpoint: ConfiguredEndpoint): void;
  /** Stops the deliveries in progress. What no endpoint accepted is sent after the next start. */
  stop(): Promise<void>;
}

interface Delivery {
  id: number;
  event: string;
  endpoint: string;
  attempt: number;
  /** Whether faults have affected it. */
  struck: boolean;
}

const PARALLEL = 16;
const DEFAULT_RETRY_MS = Array.from({ length: 12 }, (_, attempt) => Math.min(1000 * 2 ** attempt, 600_000));

/** Makes its table when it is missing and takes up deliveries of an earlier run. */
export function createWebhooks(parts: {
  store: Store;
  clock: Clock;
  faults: Faults;
  configured?: ConfiguredEndpoint;
  retryMs?: readonly number[];
}): Webhooks {
  const { store, faults } = parts;
  const retryMs = parts.retryMs ?? DEFAULT_RETRY_MS;
  const { database } = store;
  database.exec(`CREATE TABLE IF NOT EXISTS deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, attempt INTEGER NOT NULL,
      due_ms INTEGER NOT NULL, state TEXT NOT NULL, last_status INTEGER, last_error TEXT);
    CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_ms, id) WHERE state = 'waiting'`);
  database.exec("UPDATE deliveries SET state = 'waiting' WHERE state = 'sending'");
  configure(store, parts.clock, parts.configured);

  const due = database.prepare(
    "SELECT id, event, endpoint, attempt FROM deliveries WHERE state = 'waiting' AND due_ms <= ? ORDER BY due_ms, id LIMIT ?",
  );
  const mark = database.prepare('UPDATE deliveries SET state = ? WHERE id = ?');
  const finish = database.prepare(
    'UPDATE deliveries SET state = ?, attempt = ?, due_ms = ?, last_status = ?, last_error = ? WHERE id = ?',
  );
  const again = database.prepare(
    "INSERT INTO deliveries (event, endpoint, attempt, due_ms, state) VALUES (?, ?, 0, 0, 'waiting')",
  );
  const { post, close } = createSender(PARALLEL);
  const underWay = new Set<Promise<void>>();
  const heldBack: { delivery: Delivery; fault: Fault }[] = [];
  const delayed = new Set<number>();
  let stopped = false;
  let scheduled = false;

  const wake = (): void => {
    if (scheduled || stopped) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (!stopped) pump();
    });
  };

  function pump(): void {
    const free = PARALLEL - underWay.size;
    if (free <= 0) return;
    for (const row of due.all(Date.now(), free)) {
      const delivery = {
        id: Number(row['id']),
        event: String(row['event']),
        endpoint: String(row['endpoint']),
        attempt: Number(row['attempt']),
        struck: false,
      };
      mark.run('sending', delivery.id);
      start(delivery);
    }
  }

  function start(delivery: Delivery): void {
    const running = deliver(delivery)
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        underWay.delete(running);
        wake();
      });
    underWay.add(running);
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const event = store.events.find(delivery.event)?.object;
    const endpoint = store.webhookEndpoints.find(delivery.endpoint);
    if (!event || !endpoint || endpoint.hidden.deleted === true) {
      mark.run('dropped', delivery.id);
      return;
    }
    const first = delivery.attempt === 0 && !delivery.struck && !delayed.delete(delivery.id);
    const struck = first ? faults.strikeWebhook(event.type, subjectOfEvent(store, event)) : [];
    const fault = (kind: Fault['kind']): Fault | undefined => struck.find((one) => one.kind === kind);
    if (fault('webhook_drop')) {
      mark.run('dropped', delivery.id);
      return;
    }
    const late = fault('webhook_delay');
    if (late) {
      finish.run('waiting', 0, Date.now() + (late.ms ?? 1000), null, 'delayed by a fault', delivery.id);
      delayed.add(delivery.id);
      return;
    }
    const reversed = fault('webhook_reorder');
    if (reversed) {
      heldBack.push({ delivery: { ...delivery, struck: true }, fault: reversed });
      setTimeout(() => releaseHeldBack(), 2000).unref();
      return;
    }
    const { url } = endpoint.object;
    if (fault('webhook_forge')) await post(url, JSON.stringify(forge(event)), 'whsec_forged');
    const payload = JSON.stringify(event);
    const outcome = await post(url, payload, endpoint.hidden.secret);
    if (fault('webhook_duplicate')) await post(url, payload, endpoint.hidden.secret);
    settle(delivery, outcome);
    releaseHeldBack(event);
  }
  /** Sends the held-back deliveries whose fault targets this event; without an event, all of them. */
  function releaseHeldBack(next?: Event): void {
    if (stopped || heldBack.length === 0) return;
    const subject = next && subjectOfEvent(store, next);
    for (const held of heldBack.splice(0)) {
      if (subject && !isAbout(held.fault, subject)) heldBack.push(held);
      else start(held.delivery);
    }
  }

  function settle(delivery: Delivery, { status, error }: { status: number; error: string | null }): void {
    const attempt = delivery.attempt + 1;
    if (status >= 200 && status < 300) {
      store.transaction(() => {
        finish.run('delivered', attempt, 0, status, null, delivery.id);
        const event = store.events.find(delivery.event);
        if (!event) return;
        event.object.pending_webhooks = Math.max(0, event.object.pending_webhooks - 1);
        store.events.save(event.object, event.hidden);
      });
      return;
    }
    const wait = retryMs[delivery.attempt];
    const state = wait === undefined ? 'failed' : 'waiting';
    finish.run(
      state,
      attempt,
      Date.now() + (wait ?? 0) * (0.9 + Math.random() * 0.2),
      status,
      error,
      delivery.id,
    );
  }

  return {
    wake,
    resend: (eventId) => {
      for (const { id, status } of store.webhookEndpoints.select({ limit: 100 })?.data ?? [])
        if (status === 'enabled') again.run(eventId, id);
      wake();
    },
    configure: (endpoint) => configure(store, parts.clock, endpoint),
    list: (limit) => ({
      items: database
        .prepare(
          `SELECT d.id, d.event, e.type, d.endpoint, json_extract(w.body, '$.url') AS url, d.attempt AS attempts, d.state,
             d.last_status AS lastStatus, d.last_error AS lastError,
             CASE d.state WHEN 'waiting' THEN strftime('%Y-%m-%dT%H:%M:%fZ', max(d.due_ms, 0) / 1000.0, 'unixepoch') END AS nextAt
           FROM deliveries d LEFT JOIN events e ON e.id = d.event LEFT JOIN webhook_endpoints w ON w.id = d.endpoint
           ORDER BY d.id DESC LIMIT ?`,
        )
        .all(limit),
    }),
    stop: async () => {
      stopped = true;
      close();
      await Promise.allSettled(underWay);
    },
  };
}
