/**
 * The contract of one route. It types both ends, the API is checked against it, and the API document is generated from
 * it.
 */

import type { z } from 'zod';
import type { ErrorCode } from '../failures.ts';
import type { Action } from '../permissions.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export interface RouteContract {
  readonly tag:
    'Accounts' | 'Catalog' | 'Operations' | 'Orders' | 'Payments' | 'Reconciliation' | 'Shop' | 'Tabs';
  readonly summary: string;
  readonly description?: string;
  /** The required permission; the router checks it before it calls the handler. */
  readonly permission: Action;
  /** `required`, or, on every other POST, accepted. */
  readonly idempotencyKey?: 'required';
  /** The content types of a body that is not JSON. */
  readonly rawBody?: readonly string[];
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Possible responses by status; null for one without a JSON body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Error codes besides those that follow from permission, query and body. */
  readonly errors?: readonly ErrorCode[];
  /** Of the tab that it acts on, only its row and its people are read. */
  readonly readsPeople?: true;
  /** A read-only route, which shares the queue of all reads. */
  readonly isRead?: true;
}

/** Routes by method and path; a segment that starts with a colon is a parameter. */
export type RouteTable = Readonly<Record<`${Method} /api/${string}`, RouteContract>>;
