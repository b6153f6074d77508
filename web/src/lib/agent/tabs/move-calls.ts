import type { PlaceInput } from '#domain/contract/places.ts';
import { call } from '../../api/call.ts';
import type { TabAnswer } from '../../api/tabs.ts';

/** Moves a tab, with every round that is on its way. Idempotent per key. */
export function moveTab(tabId: string, place: PlaceInput, idempotencyKey: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/move', { params: { id: tabId }, body: { place }, idempotencyKey });
}

/** Merges a tab into another one, and returns that. Safe to repeat. */
export function mergeTab(tabId: string, intoTabId: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/merge', { params: { id: tabId }, body: { intoTabId } });
}
