/** A request that is right, whose fields are replaced one by one: see `api/bad-input.test.ts`. */

import type { ShopSettings } from '../../../domain/contract/settings.ts';
import type { Visitor } from '../../setup/visitor.ts';
import type { Json } from './mutations.ts';

/** Who may ask, the shop's settings, and the ids of what there is: an order of the guest, and her tab with a line. */
export interface Scene {
  readonly staff: Visitor;
  readonly guest: Visitor;
  /** Somebody new. */
  readonly anybody: () => Visitor;
  readonly settings: ShopSettings;
  readonly ids: Readonly<
    Record<'product' | 'variant' | 'order' | 'share' | 'line' | 'tab' | 'host' | 'tabLine', string>
  >;
}

export interface Subject {
  readonly name: string;
  readonly request: (scene: Scene) => { method: string; path: string; who: Visitor; body: Json };
  /** Values that are valid after all, by path without indexes. */
  readonly fine?: Readonly<Record<string, readonly unknown[]>>;
}
