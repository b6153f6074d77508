import type { Store } from '../store/store.ts';

/** The context of one API request or one scheduled job. */
export interface Call {
  readonly store: Store;
  /** Seconds since the epoch, by the stand-in's clock. */
  readonly now: number;
  /** Null for a job; events carry it. */
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly apiVersion: string;
  /** Made with a publishable key: the client secret decides what may be done. */
  readonly publishable: boolean;
  /** Where this server is reached, without a slash at the end. */
  readonly baseUrl: string;
  /** How long a pending refund, a dispute and the like take, in seconds. */
  readonly laterSeconds: number;
  /** A payment confirmed by this call stays in `processing` for so many seconds first; a fault asks for it. */
  readonly processingSeconds?: number;
}

/** The API version of the stand-in's objects and events: the one the pinned SDK speaks. */
export const API_VERSION = '2026-10-28.endive';
