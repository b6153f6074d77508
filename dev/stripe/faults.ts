import { randomUUID } from 'node:crypto';

/** What can go wrong with a request. */
export type RequestFaultKind =
  /** 500, nothing done. With an idempotency key the 500 is kept. */
  | 'error_before'
  /** Done, then 500. With an idempotency key the 500 is kept. */
  | 'error_after'
  /** The connection is cut before anything is done. */
  | 'reset_before'
  /** Done, then the connection is cut in the middle of the body. */
  | 'reset'
  /** Done, but the answer never comes: the connection stays silent for `ms` (120 s), then is cut. */
  | 'timeout'
  /** 429 with `Retry-After: retryAfter` (1). */
  | 'rate_limit'
  /** Slow by `ms`; `when: 'after'` is slow after the effect. */
  | 'latency'
  /** Every connection is cut for `ms` (or until cleared); nothing is done. */
  | 'down'
  /** Any answer of your own, nothing done: `status` and `error`. */
  | 'answer'
  /** A confirm that succeeds stays in `processing` for `ms` first. */
  | 'processing';

/** What can go wrong with a webhook. */
export type WebhookFaultKind =
  /** Sent `ms` late. */
  | 'webhook_delay'
  /** Sent twice. */
  | 'webhook_duplicate'
  /** Held back until the next one was sent. */
  | 'webhook_reorder'
  /** Never sent. */
  | 'webhook_drop'
  /** A forged copy, signed with a wrong secret and its amount changed, is sent before the true one. */
  | 'webhook_forge';

/** A fault as it is asked for. */
export interface FaultRequest {
  kind: RequestFaultKind | WebhookFaultKind;
  /** `POST`; any when absent. */
  method?: string;
  /** `/v1/payment_intents/:any/capture` written with `*`: `*` is one part of a path, `**` any. Any when absent. */
  path?: string;
  /** Event types of webhook faults, `charge.*` too. Any when absent. */
  types?: string[];
  /** Lets so many fitting requests pass first. */
  skip?: number;
  /** How often it strikes; default 1, null for always. */
  count?: number | null;
  /** Strikes with this probability, from the seed: the same sequence of requests gives the same faults. */
  probability?: number;
  seed?: number;
  ms?: number;
  when?: 'before' | 'after';
  retryAfter?: number;
  status?: number;
  error?: Record<string, unknown>;
}

/** A fault that is set, with what it did so far. */
export interface Fault extends FaultRequest {
  id: string;
  hits: number;
  remaining: number | null;
  /** Real time in milliseconds when a `down` ends. */
  until?: number;
}

/** The faults that are set. They are forgotten when the stand-in stops. */
export interface Faults {
  add(request: FaultRequest): Fault;
  list(): Fault[];
  /** Removes one, or all. */
  clear(id?: string): void;
  /** The faults that strike this request. */
  strikeRequest(method: string, path: string): Fault[];
  /** The faults that strike the sending of this event. */
  strikeWebhook(type: string): Fault[];
}

const REQUEST_KINDS: readonly string[] = [
  'error_before',
  'error_after',
  'reset_before',
  'reset',
  'timeout',
  'rate_limit',
  'latency',
  'down',
  'answer',
  'processing',
];
const WEBHOOK_KINDS: readonly string[] = [
  'webhook_delay',
  'webhook_duplicate',
  'webhook_reorder',
  'webhook_drop',
  'webhook_forge',
];

/** Every kind of fault, for the developer's page. */
export const faultKinds: readonly string[] = [...REQUEST_KINDS, ...WEBHOOK_KINDS];

/** A set of faults, empty at first. */
export function createFaults(now: () => number = Date.now): Faults {
  const faults: Armed[] = [];
  const strike = (fits: (fault: Fault) => boolean): Fault[] => {
    const struck: Fault[] = [];
    for (const armed of faults) {
      const { fault } = armed;
      if (!fits(fault) || fault.remaining === 0) continue;
      if (fault.until !== undefined && now() > fault.until) continue;
      if (armed.toSkip > 0) {
        armed.toSkip -= 1;
        continue;
      }
      if (fault.probability !== undefined && armed.random() >= fault.probability) continue;
      fault.hits += 1;
      if (fault.remaining !== null) fault.remaining -= 1;
      struck.push(fault);
    }
    return struck;
  };
  return {
    add: (request) => {
      if (!faultKinds.includes(request.kind))
        throw new Error(`no fault is called ${request.kind}; there are ${faultKinds.join(', ')}`);
      const lasting = request.kind === 'down' || request.kind === 'latency';
      const fault: Fault = {
        ...request,
        id: randomUUID(),
        hits: 0,
        remaining:
          request.count === undefined
            ? lasting || request.probability !== undefined
              ? null
              : 1
            : request.count,
        ...(request.kind === 'down' && request.ms !== undefined ? { until: now() + request.ms } : {}),
      };
      faults.push({ fault, toSkip: request.skip ?? 0, random: seeded(request.seed ?? 1) });
      return fault;
    },
    list: () => faults.map(({ fault }) => fault),
    clear: (id) => {
      if (id === undefined) faults.length = 0;
      else faults.splice(0, faults.length, ...faults.filter(({ fault }) => fault.id !== id));
    },
    strikeRequest: (method, path) =>
      strike(
        (fault) =>
          REQUEST_KINDS.includes(fault.kind) &&
          (fault.method === undefined || fault.method === method) &&
          fitsPath(fault.path, path),
      ),
    strikeWebhook: (type) =>
      strike((fault) => WEBHOOK_KINDS.includes(fault.kind) && fitsType(fault.types, type)),
  };
}

interface Armed {
  fault: Fault;
  toSkip: number;
  random: () => number;
}

function fitsPath(pattern: string | undefined, path: string): boolean {
  if (pattern === undefined) return true;
  const source = pattern
    .split('**')
    .map((piece) =>
      piece
        .split('*')
        .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^/]+'),
    )
    .join('.*');
  return new RegExp(`^${source}$`).test(path);
}

function fitsType(types: readonly string[] | undefined, type: string): boolean {
  return (
    types === undefined ||
    types.some((wanted) => wanted === type || (wanted.endsWith('*') && type.startsWith(wanted.slice(0, -1))))
  );
}

/** Mulberry32: the same numbers between 0 and 1 for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
