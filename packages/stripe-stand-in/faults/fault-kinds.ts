/** Faults of a request. */
export const REQUEST_KINDS = [
  /** 500, nothing done. With an idempotency key the 500 is kept. */
  'error_before',
  /** Done, then 500. With an idempotency key the 500 is kept. */
  'error_after',
  /** The connection is cut before anything is done. */
  'reset_before',
  /** Done, then the connection is cut in the middle of the body. */
  'reset',
  /** Done, but the answer never comes: the connection stays silent for `ms` (120 s), then is cut. */
  'timeout',
  /** 429 with `Retry-After: retryAfter` (1). */
  'rate_limit',
  /** Slow by `ms` (1 s); `when: 'after'` is slow after the effect. */
  'latency',
  /** Every connection is cut for `ms` (or until cleared); nothing is done. */
  'down',
  /** Any failure of your own, nothing done: `status` (400) and `error`. */
  'answer',
  /** A payment stays in `processing` for `ms` (2 s) first. */
  'processing',
] as const;

/** Faults of a webhook. */
export const WEBHOOK_KINDS = [
  /** Sent `ms` (1 s) late. */
  'webhook_delay',
  /** Sent twice. */
  'webhook_duplicate',
  /** Held back until the next one was sent. */
  'webhook_reorder',
  /** Never sent. */
  'webhook_drop',
  /** A forged copy, signed with a wrong secret and its amount changed, is sent before the true one. */
  'webhook_forge',
] as const;

/** Every kind of fault. */
export const faultKinds = [...REQUEST_KINDS, ...WEBHOOK_KINDS] as const;
/** A kind of fault. */
export type FaultKind = (typeof faultKinds)[number];

/** Returns true for a kind that affects webhooks. All others affect requests. */
export function isWebhookKind(kind: string): boolean {
  return (WEBHOOK_KINDS as readonly string[]).includes(kind);
}

/** A requested fault. */
export interface FaultRequest {
  kind: FaultKind;
  /** `POST`; any when absent. */
  method?: string;
  /** `/v1/payment_intents/:any/capture` written with `*`: `*` is one part of a path, `**` any. Any when absent. */
  path?: string;
  /** Event types of webhook faults, `charge.*` too. Any when absent. */
  types?: string[];
  /**
   * Affects only subjects that contain this text, or all of these: an id, a value of metadata, part of an idempotency
   * key. Any when absent.
   */
  about?: string | readonly string[];
  /** Lets this many matching requests pass first. */
  skip?: number;
  /** How often it occurs; default 1, null for always. */
  count?: number | null;
  /** Occurs with this probability, from the seed: the same sequence of requests gives the same faults. */
  probability?: number;
  seed?: number;
  ms?: number;
  when?: 'before' | 'after';
  retryAfter?: number;
  status?: number;
  error?: Record<string, unknown>;
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isTexts: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(isText);
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isDuration: Check = (value) => typeof value === 'number' && value >= 0;

/** The rule for each field, in words and as a check. */
const FIELDS: Readonly<Record<Exclude<keyof FaultRequest, 'kind'>, [words: string, check: Check]>> = {
  method: ['GET, POST or DELETE', (value) => ['GET', 'POST', 'DELETE'].includes(String(value))],
  path: ['a path that begins with /', (value) => isText(value) && String(value).startsWith('/')],
  types: ['a list of event types', isTexts],
  about: ['a text or several', (value) => isText(value) || isTexts(value)],
  skip: ['a whole number', isCount],
  count: ['a whole number from 1, or null', (value) => value === null || (isCount(value) && value !== 0)],
  probability: ['between 0 and 1', (value) => isDuration(value) && Number(value) <= 1],
  seed: ['a whole number', (value) => Number.isInteger(value)],
  ms: ['a number of milliseconds', isDuration],
  when: ['before or after', (value) => value === 'before' || value === 'after'],
  retryAfter: ['a whole number of seconds', isCount],
  status: [
    'an HTTP status from 400',
    (value) => isCount(value) && Number(value) >= 400 && Number(value) < 600,
  ],
  error: ['an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
};
/** Fields that only requests have, and fields that only webhooks have. */
const OF_REQUESTS = ['method', 'path', 'when', 'retryAfter', 'status', 'error'];
const OF_WEBHOOKS = ['types'];

/** Throws, with a sentence that says what is wrong, when a fault has a field or value it cannot have. */
export function assertFault(fault: object): asserts fault is FaultRequest {
  const { kind, ...fields } = fault as Record<string, unknown>;
  if (!faultKinds.some((known) => known === kind))
    throw new Error(`no fault is called ${String(kind)}; there are ${faultKinds.join(', ')}`);
  const [others, noun] = isWebhookKind(String(kind)) ? [OF_REQUESTS, 'webhook'] : [OF_WEBHOOKS, 'request'];
  for (const [name, value] of Object.entries(fields)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof typeof FIELDS] : undefined;
    if (!field) throw new Error(`a fault has no field ${name}; it has ${Object.keys(FIELDS).join(', ')}`);
    if (others.includes(name)) throw new Error(`${name} means nothing for a ${noun}`);
    if (value !== undefined && !field[1](value)) throw new Error(`${name} must be ${field[0]}`);
  }
}
