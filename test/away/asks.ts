/** A valid request for every route, for the sweeps over all routes. */

import { randomUUID } from 'node:crypto';
import { guestOrder, TINY_PNG } from '../setup/menu.ts';
import { openTab } from '../setup/tabs.ts';
import { Visitor, type CallOptions } from '../setup/visitor.ts';

/** What there is to ask about. */
export interface Things {
  readonly variantId: string;
  readonly productId: string;
  /** Orders with a share: one to be paid, one to be canceled, one confirmed. */
  readonly unpaid: { id: string; shareId: string; guestToken: string };
  readonly unwanted: { id: string; shareId: string };
  readonly confirmed: { id: string; shareId: string };
  readonly tab: TabThings;
}

/** A tab with its host alone, and her line. */
interface TabThings {
  readonly id: string;
  readonly guestToken: string;
  readonly participantId: string;
  readonly lineId: string;
}

/** Opens a tab to ask about. */
export async function openTabToAsk(url: string, variantId: string): Promise<TabThings> {
  const { who, tab, guestToken, participantId } = await openTab(new Visitor(url));
  const added = await who.post(`/api/tabs/${tab.id}/lines`, { variantId, quantity: 1 });
  return { id: tab.id, guestToken: guestToken!, participantId, lineId: added.body.tab.lines[0].id };
}

/** A request: its path without placeholders, and its options. */
export interface Ask {
  readonly path: string;
  readonly options?: CallOptions;
}

const ACCOUNT = { email: 'nobody@example.test', password: 'correct horse battery' };

/** As a guest with this token, and nobody else. */
const asGuest = ({ guestToken }: { guestToken: string }) => ({
  authorization: `Guest ${guestToken}`,
  cookie: 'none=1',
});

const ANSWER = { answer: 'leave_out', ifVersion: 1 };

/** Routes whose path or body cannot be derived from the OpenAPI document. */
const BY_ROUTE: Readonly<Record<string, (things: Things) => Partial<Ask>>> = {
  'POST /api/orders': ({ variantId }) => ({ options: { body: guestOrder(variantId) } }),
  'POST /api/orders/find': () => ({ options: { body: { attempt: 'a'.repeat(43) } } }),
  'POST /api/orders/{id}/session': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/session`,
    options: { headers: { authorization: `Guest ${unpaid.guestToken}` } },
  }),
  'POST /api/orders/{id}/cancel': ({ unwanted }) => ({ path: `/api/orders/${unwanted.id}/cancel` }),
  'POST /api/orders/{id}/changes/preview': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/changes/preview`,
    options: { body: { ifVersion: 1 }, headers: asGuest(unpaid) },
  }),
  'POST /api/orders/{id}/changes': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/changes`,
    options: { body: { ifVersion: 1, expectedDifference: 0 }, headers: asGuest(unpaid) },
  }),
  'POST /api/orders/{id}/changes/seen': () => ({ options: { body: { changeId: randomUUID() } } }),
  'POST /api/orders/{id}/changes/{changeId}/agree': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/changes/${unpaid.id}/agree`,
    options: { body: { expectedDifference: 0 }, headers: asGuest(unpaid) },
  }),
  'POST /api/orders/{id}/changes/{changeId}/withdraw': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/changes/${unpaid.id}/withdraw`,
    options: { headers: asGuest(unpaid) },
  }),
  'POST /api/orders/{id}/lines/{lineId}/sold-out': () => ({ options: { body: {} } }),
  'POST /api/orders/{id}/questions/{questionId}/preview': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/questions/${randomUUID()}/preview`,
    options: { body: ANSWER, headers: asGuest(unpaid) },
  }),
  'POST /api/orders/{id}/questions/{questionId}/answer': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/questions/${randomUUID()}/answer`,
    options: { body: ANSWER, headers: asGuest(unpaid) },
  }),
  'POST /api/orders/{id}/advance': () => ({ options: { body: { to: 'preparing' } } }),
  'POST /api/orders/{id}/refunds': () => ({ options: { body: { amount: 1, reason: 'cold' } } }),
  'POST /api/orders/{id}/shares/{shareId}/cash': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/shares/${unpaid.shareId}/cash`,
  }),
  'POST /api/orders/{id}/shares/{shareId}/pay': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/shares/${unpaid.shareId}/pay`,
    options: { headers: asGuest(unpaid) },
  }),
  // Her own: there is nothing to take over.
  'POST /api/orders/{id}/shares/{shareId}/cover': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/shares/${unpaid.shareId}/cover`,
    options: { headers: asGuest(unpaid) },
  }),
  'POST /api/products': () => ({
    options: {
      body: {
        name: `Scone ${randomUUID().slice(0, 8)}`,
        category: 'Cakes',
        taxRate: 700,
        variants: [{ name: 'Regular', unitAmount: 300 }],
      },
    },
  }),
  'PUT /api/products/{id}/image': () => ({
    options: { raw: TINY_PNG, contentType: 'image/png' },
  }),
  'PUT /api/variants/{id}/stock': ({ variantId }) => ({
    path: `/api/variants/${variantId}/stock`,
    options: { body: { available: 900 } },
  }),
  'POST /api/differences/{id}/mend': () => ({ options: { body: { action: 'void' } } }),
  'POST /api/differences/mend': () => ({
    options: { body: { mends: [{ id: randomUUID(), action: 'void' }] } },
  }),
  'GET /api/images/{file}': () => ({ path: `/api/images/${'0'.repeat(64)}.webp` }),
  'PATCH /api/me': () => ({ options: { body: { language: 'fr' } } }),
  'POST /api/spots': () => ({ options: { body: { kind: 'table', label: `A ${randomUUID().slice(0, 8)}` } } }),
  'GET /api/spots/{code}': () => ({ path: '/api/spots/NEVERUSEDYET' }),
  'GET /api/knocks/{knockId}': () => ({ path: `/api/knocks/${randomUUID()}` }),
  'POST /api/spots/{code}/knock': () => ({
    path: '/api/spots/NEVERUSEDYET/knock',
    options: { body: { name: 'Mia' } },
  }),
  'POST /api/tabs/{id}/knocks/{knockId}': ({ tab }) => ({
    path: `/api/tabs/${tab.id}/knocks/${randomUUID()}`,
    options: { body: { letIn: true } },
  }),
  'PATCH /api/people/{account}': () => ({
    path: `/api/people/${randomUUID()}`,
    options: { body: { role: 'kitchen' } },
  }),
  'POST /api/people/{account}/sign-out': () => ({ path: `/api/people/${randomUUID()}/sign-out` }),
  'POST /api/tabs': () => ({ options: { body: { name: 'Ada' } } }),
  'POST /api/tabs/join': () => ({ options: { body: { code: 'NEVERX', name: 'Ada' } } }),
  'POST /api/tabs/{id}/session': ({ tab }) => ({
    options: { headers: { authorization: `Guest ${tab.guestToken}` } },
  }),
  'POST /api/tabs/{id}/participants': () => ({ options: { body: { name: 'Grandma' } } }),
  'DELETE /api/tabs/{id}/participants/{participantId}': ({ tab }) => ({
    path: `/api/tabs/${tab.id}/participants/${randomUUID()}`,
  }),
  'POST /api/tabs/{id}/ready': ({ tab }) => ({
    options: { body: { isReady: false, participantId: tab.participantId } },
  }),
  'POST /api/tabs/{id}/host': ({ tab }) => ({ options: { body: { participantId: tab.participantId } } }),
  'POST /api/tabs/{id}/move': () => ({ options: { body: { place: { kind: 'table', label: 'Next' } } } }),
  'POST /api/tabs/{id}/merge': () => ({ options: { body: { intoTabId: randomUUID() } } }),
  'POST /api/tabs/{id}/payments': ({ tab }) => ({
    options: { body: { what: { kind: 'rest' }, participantId: tab.participantId } },
  }),
  // Only somebody who is in the tab has a card to give.
  'POST /api/tabs/{id}/card': ({ tab }) => ({
    options: { body: { email: 'ada@example.test' }, headers: asGuest(tab) },
  }),
  'PUT /api/tabs/{id}/card': ({ tab }) => ({
    options: { body: { setupIntentId: 'seti_1' }, headers: asGuest(tab) },
  }),
  'DELETE /api/tabs/{id}/card': ({ tab }) => ({ options: { headers: asGuest(tab) } }),
  'POST /api/tabs/{id}/close': () => ({ options: { body: {} } }),
  'POST /api/tabs/{id}/lines': ({ tab, variantId }) => ({
    options: { body: { variantId, quantity: 1, participantId: tab.participantId } },
  }),
  'PATCH /api/tabs/{id}/lines/{lineId}': () => ({ options: { body: { ifVersion: 1 } } }),
  'DELETE /api/tabs/{id}/lines/{lineId}': () => ({ options: { body: { ifVersion: 99 } } }),
  // By its host alone.
  'POST /api/tabs/{id}/lines/{lineId}/leave': ({ tab }) => ({
    options: { headers: { authorization: `Guest ${tab.guestToken}`, cookie: 'none=1' } },
  }),
  'DELETE /api/payment-methods/{paymentMethod}': () => ({ path: '/api/payment-methods/pm_unknown' }),
};

/** Routes below /api/auth, which the document does not list. */
const ACCOUNT_ASKS: Readonly<Record<string, Ask>> = {
  'POST /api/auth/sign-in/email': { path: '/api/auth/sign-in/email', options: { body: ACCOUNT } },
  'POST /api/auth/sign-up/email': {
    path: '/api/auth/sign-up/email',
    options: { body: { ...ACCOUNT, name: 'Nobody' } },
  },
  'POST /api/auth/request-password-reset': {
    path: '/api/auth/request-password-reset',
    options: { body: { email: ACCOUNT.email } },
  },
};

/** Returns a request for every route of the OpenAPI document and of the accounts. */
export function askAll(
  document: { paths: Record<string, object> },
  things: Things,
): [route: string, ask: Ask][] {
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method): [string, Ask] => {
      const route = `${method.toUpperCase()} ${path}`;
      const { id, shareId } = things.confirmed;
      const { tab } = things;
      const aboutId = [
        { at: '/api/orders', id },
        { at: '/api/tabs', id: tab.id },
        { at: '', id: things.productId },
      ].find(({ at }) => path.startsWith(at))!.id;
      const filled = path
        .replace('{id}', aboutId)
        .replace('{shareId}', shareId)
        .replace('{participantId}', tab.participantId)
        .replace('{lineId}', tab.lineId);
      const own = BY_ROUTE[route]?.(things) ?? {};
      const body = method === 'get' || method === 'delete' ? {} : { body: {} };
      return [
        route,
        { path: own.path ?? filled, options: own.options?.raw ? own.options : { ...body, ...own.options } },
      ];
    }),
  );
  return [...listed, ...Object.entries(ACCOUNT_ASKS)];
}
