/** A valid request for every route, for the sweeps over all routes. */

import { randomUUID } from 'node:crypto';
import { guestOrder } from '../setup/menu.ts';
import type { CallOptions } from '../setup/visitor.ts';

/** What there is to ask about. */
export interface Things {
  readonly variantId: string;
  readonly productId: string;
  /** Orders with a share: one to be paid, one to be canceled, one confirmed. */
  readonly unpaid: { id: string; shareId: string; guestToken: string };
  readonly unwanted: { id: string; shareId: string };
  readonly confirmed: { id: string; shareId: string };
}

/** A request: its path without placeholders, and its options. */
export interface Ask {
  readonly path: string;
  readonly options?: CallOptions;
}

const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const ACCOUNT = { email: 'nobody@example.test', password: 'correct horse battery' };

/** Routes whose path or body cannot be derived from the OpenAPI document. */
const BY_ROUTE: Readonly<Record<string, (things: Things) => Partial<Ask>>> = {
  'POST /api/orders': ({ variantId }) => ({ options: { body: guestOrder(variantId) } }),
  'POST /api/orders/find': () => ({ options: { body: { attempt: 'a'.repeat(43) } } }),
  'POST /api/orders/{id}/session': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/session`,
    options: { headers: { authorization: `Guest ${unpaid.guestToken}` } },
  }),
  'POST /api/orders/{id}/cancel': ({ unwanted }) => ({ path: `/api/orders/${unwanted.id}/cancel` }),
  'POST /api/orders/{id}/advance': () => ({ options: { body: { to: 'preparing' } } }),
  'POST /api/orders/{id}/refunds': () => ({ options: { body: { amount: 1, reason: 'cold' } } }),
  'POST /api/orders/{id}/shares/{shareId}/cash': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/shares/${unpaid.shareId}/cash`,
  }),
  'POST /api/orders/{id}/shares/{shareId}/pay': ({ unpaid }) => ({
    path: `/api/orders/${unpaid.id}/shares/${unpaid.shareId}/pay`,
    options: { headers: { authorization: `Guest ${unpaid.guestToken}`, cookie: 'none=1' } },
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
    options: { raw: new Uint8Array(PICTURE), contentType: 'image/png' },
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
  'PATCH /api/people/{account}': () => ({
    path: `/api/people/${randomUUID()}`,
    options: { body: { role: 'kitchen' } },
  }),
  'POST /api/people/{account}/sign-out': () => ({ path: `/api/people/${randomUUID()}/sign-out` }),
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
      const idOf = path.startsWith('/api/orders') ? id : things.productId;
      const filled = path.replace('{id}', idOf).replace('{shareId}', shareId);
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
