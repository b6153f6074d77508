import { randomUUID } from 'node:crypto';
import { fitsType } from '../protocol/event-types.ts';
import { assertFault, type FaultRequest, isWebhookKind } from './fault-kinds.ts';
import type { Subject } from './subjects.ts';

/** An active fault, with its effects so far. */
export interface Fault extends FaultRequest {
  id: string;
  hits: number;
  remaining: number | null;
  /** Real time in milliseconds when a `down` ends. */
  until?: number;
}

/** The active faults. They are lost when the stand-in stops. */
export interface Faults {
  /** Adds a fault. Throws when a field is wrong. */
  add(request: FaultRequest): Fault;
  list(): Fault[];
  /** Removes one, or all. */
  clear(id?: string): void;
  /** Returns the faults that affect this request, and counts them. */
  strikeRequest(method: string, path: string, subject?: Subject): Fault[];
  /** Returns the faults that affect the delivery of this event, and counts them. */
  strikeWebhook(type: string, subject?: Subject): Fault[];
}

/** Creates an empty set of faults. */
export function createFaults(now: () => number = Date.now): Faults {
  const faults: Armed[] = [];
  const strike = (subject: Subject, fits: (fault: Fault) => boolean): Fault[] => {
    const struck: Fault[] = [];
    for (const armed of faults) {
      const { fault } = armed;
      if (fault.remaining === 0 || !fits(fault)) continue;
      if (fault.until !== undefined && now() > fault.until) continue;
      if (!isAbout(fault, subject)) continue;
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
      assertFault(request);
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
    strikeRequest: (method, path, subject = ABOUT_NOTHING) =>
      strike(
        subject,
        (fault) =>
          !isWebhookKind(fault.kind) &&
          (fault.method === undefined || fault.method === method) &&
          fitsPath(fault.path, path),
      ),
    strikeWebhook: (type, subject = ABOUT_NOTHING) =>
      strike(
        subject,
        ({ kind, types }) =>
          isWebhookKind(kind) && (types === undefined || types.some((wanted) => fitsType(wanted, type))),
      ),
  };
}

/** Returns true when the subject contains every text that the fault targets. */
export function isAbout({ about = [] }: Pick<FaultRequest, 'about'>, subject: Subject): boolean {
  return [about].flat().every((text) => subject.names(text));
}

const ABOUT_NOTHING: Subject = { names: () => false };

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
