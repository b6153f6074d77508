import type { TabStatus } from '#domain/tab.ts';
import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from './call.ts';

export type RoundPreview = BodyOf<'POST /api/tabs/:id/rounds/preview'>;
/** A page of tabs, with what they owe together. */
export type TabsPage = BodyOf<'GET /api/tabs'>;
export type RoundRequest = GivenBody<'POST /api/tabs/:id/rounds'>;

/** Returns how a split of the basket would turn out. Sends nothing. */
export function previewRound(
  tabId: string,
  body: GivenBody<'POST /api/tabs/:id/rounds/preview'>,
  signal?: AbortSignal,
): Promise<RoundPreview> {
  const params = { id: tabId };
  return call('POST /api/tabs/:id/rounds/preview', { params, body, ...(signal ? { signal } : {}) });
}

/** Sends the basket as a round. Idempotent per key and body. */
export function sendRound(
  tabId: string,
  body: RoundRequest,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/tabs/:id/rounds'>> {
  return call('POST /api/tabs/:id/rounds', { params: { id: tabId }, body, idempotencyKey });
}

/** Reads a page of the viewer's tabs, newest first; for staff, of all. */
export function listTabs(
  query: {
    readonly status?: TabStatus;
    readonly ended?: 'false';
    readonly owed?: 'true';
    readonly q?: string;
    readonly cursor: string | null;
  },
  signal?: AbortSignal,
): Promise<TabsPage> {
  return call('GET /api/tabs', { query: { ...query, limit: 20 }, ...(signal ? { signal } : {}) });
}

/** Takes over the whole share of somebody else. */
export function coverShare(
  orderId: string,
  shareId: string,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/shares/:shareId/cover'>> {
  return call('POST /api/orders/:id/shares/:shareId/cover', {
    params: { id: orderId, shareId },
    idempotencyKey,
  });
}

/** Drops the lines of somebody who has not paid. */
export function dropShare(
  orderId: string,
  shareId: string,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/shares/:shareId/drop'>> {
  return call('POST /api/orders/:id/shares/:shareId/drop', {
    params: { id: orderId, shareId },
    idempotencyKey,
  });
}
