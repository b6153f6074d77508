/** What the contract says of one route. Both ends are typed by it, the API is held to it, and the document is made of it. */

import type { z } from 'zod';
import type { ErrorCode } from '../failures.ts';
import type { Action } from '../permissions.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export interface RouteContract {
  readonly tag: 'Accounts' | 'Catalog' | 'Operations' | 'Orders' | 'Payments' | 'Reconciliation' | 'Shop';
  readonly summary: string;
  readonly description?: string;
  /** What one must be allowed to do; the router asks before the route is called. */
  readonly permission: Action;
  /** `required` or, on every other POST, accepted. */
  readonly idempotencyKey?: 'required';
  /** The content types of a body that is no JSON. */
  readonly rawBody?: readonly string[];
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Possible answers by status; null where there is no JSON body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** Besides those that follow from permission, query and body. */
  readonly errors?: readonly ErrorCode[];
  /** It only reads, and waits its turn with all that does. */
  readonly isRead?: true;
}

/** Routes by method and path; what stands after a colon is a parameter. */
export type RouteTable = Readonly<Record<`${Method} /api/${string}`, RouteContract>>;
