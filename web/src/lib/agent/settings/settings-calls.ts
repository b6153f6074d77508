import type { Page } from '#domain/contract/fields.ts';
import type { ShopChange, UpdateSettings } from '#domain/contract/settings.ts';
import type { BodyOf } from '#domain/contract/routes.ts';
import { call } from '../../api/call.ts';

export type SettingsAnswer = BodyOf<'GET /api/settings'>;

export function readSettings(): Promise<SettingsAnswer> {
  return call('GET /api/settings');
}

/** Changes the given settings. */
export function updateSettings(changes: UpdateSettings): Promise<SettingsAnswer> {
  return call('PATCH /api/settings', { body: changes });
}

/** Reads the change log of settings and spots, newest first. */
export function listShopChanges(cursor: string | null, signal: AbortSignal): Promise<Page<ShopChange>> {
  return call('GET /api/settings/changes', { query: { cursor }, signal });
}
