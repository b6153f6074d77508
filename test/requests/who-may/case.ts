/** A request that everybody makes: see `api/who-may.test.ts`. */

import type { RouteName } from '../../../domain/contract/routes.ts';
import { ROLES } from '../../../domain/permissions.ts';
import type { Visitor } from '../../setup/visitor.ts';

/**
 * Nobody; a guest with an unrelated order and a tab of her own; one who was removed from the tab; one who is in it; the
 * guest whose order and tab it is; an account of each role.
 */
export const PEOPLE = ['nobody', 'stranger', 'removed', 'friend', 'host', ...ROLES] as const;
export type Name = (typeof PEOPLE)[number];

/** An order of the guest `host`. */
export interface AskedOrder {
  readonly id: string;
  readonly host: string;
  readonly participants: { id: string }[];
  readonly shares: { id: string; participantId: string }[];
}

/** A tab of the guest `host`, with a line that `friend` has and shares with her. */
export interface AskedTab {
  readonly id: string;
  readonly host: string;
  readonly friend: string;
  readonly removed: string;
  readonly lineId: string;
}

/** Who asks, and what there is to ask about: an order where the case says so, a tab where the route is about one. */
export interface Scene {
  readonly name: Name;
  readonly order: AskedOrder;
  readonly tab: AskedTab;
  readonly productId: string;
  readonly variantId: string;
}

export interface Case {
  /** The response with permission; of some who have it, another one. */
  readonly done: number;
  readonly unless?: Partial<Record<Name, number>>;
  readonly ask: (who: Visitor, scene: Scene) => Promise<{ readonly status: number; readonly body: unknown }>;
  /** Each caller gets a separate order, since the request changes it; `paid`: a confirmed one. */
  readonly order?: 'shared' | 'own' | 'paid';
}

/** Those of some routes. */
export type Cases = { readonly [Route in RouteName]?: Case };
