/** `GET /api/openapi.json`: generated from the contract's table of routes. */

import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { savedCardSchema } from '../../domain/contract/cards.ts';
import { productSchema } from '../../domain/contract/catalog.ts';
import { idempotencyKeySchema } from '../../domain/contract/fields.ts';
import {
  eventSchema,
  lineSchema,
  orderForAgentsSchema,
  orderSchema,
  participantSchema,
  shareSchema,
  viewerSchema,
} from '../../domain/contract/orders.ts';
import { placeSchema, spotForStaffSchema, spotSchema } from '../../domain/contract/places.ts';
import { paymentSchema, refundSchema } from '../../domain/contract/payments.ts';
import { tabLineSchema } from '../../domain/contract/basket.ts';
import { tabRoundSchema } from '../../domain/contract/rounds.ts';
import { tabParticipantSchema, tabSchema, tabViewerSchema } from '../../domain/contract/tabs.ts';
import { errorSchema } from '../../domain/contract/errors.ts';
import type { Method, RouteContract } from '../../domain/contract/route.ts';
import { ROUTE_NAMES, ROUTES, splitRoute } from '../../domain/contract/routes.ts';
import { ERROR_STATUS, type ErrorCode } from '../../domain/failures.ts';
import { ACTIONS, needsAccount, whoMay, type Action } from '../../domain/permissions.ts';
import { sessionCookieName } from '../people/sign-in/auth-settings.ts';
import type { Handlers } from '../http/route.ts';

/** Schemas that the document names, so that generated clients define each once. */
const COMPONENTS = {
  Product: productSchema,
  Order: orderSchema,
  OrderForAgents: orderForAgentsSchema,
  Line: lineSchema,
  Share: shareSchema,
  Participant: participantSchema,
  Event: eventSchema,
  Place: placeSchema,
  Spot: spotSchema,
  SpotForStaff: spotForStaffSchema,
  Payment: paymentSchema,
  SavedCard: savedCardSchema,
  Refund: refundSchema,
  Viewer: viewerSchema,
  Tab: tabSchema,
  TabParticipant: tabParticipantSchema,
  TabLine: tabLineSchema,
  TabRound: tabRoundSchema,
  TabViewer: tabViewerSchema,
  Error: errorSchema,
};

/** Returns the OpenAPI 3.1 document of all routes. */
export function createOpenApi(publicUrl: string) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Sharetab',
      version: '1',
      description:
        'Order together from your own phones, pay exactly your own part, and watch it live. Amounts are integers in the minor unit of the currency, ' +
        'times ISO 8601 in UTC. Errors are `{ error: { code, message, details? } }`; of refused fields, `details` lists ' +
        '`{ path, code, message }` with the bounds, such as `maximum`. Accounts are below `/api/auth` ' +
        '(better-auth: `sign-up/email`, `sign-in/email`, `sign-out`, `request-password-reset`, `reset-password`, ' +
        '`send-verification-email`). Live changes come by Socket.IO at `/socket.io/` (WebSocket only).',
    },
    servers: [{ url: publicUrl }],
    paths: describePaths(),
    components: {
      schemas: COMPONENTS,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookieName(publicUrl) },
        guest: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            '`Guest <token>`: the `guestToken` of a placed order or a joined tab; several apart by commas.',
        },
      },
    },
  });
}

function describePaths(): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const name of ROUTE_NAMES) {
    const { method, path: pattern } = splitRoute(name);
    const path = pattern.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(method, pattern, ROUTES[name]) };
  }
  return paths;
}

/** Describes who may call a route: the kinds of person that the permission table allows. */
function whoOf(action: Action): string {
  const kinds = whoMay(action);
  return kinds.includes('nobody') ? 'anyone' : kinds.join(', ');
}

function describe(method: Method, path: string, route: RouteContract): ZodOpenApiOperationObject {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const who = whoOf(route.permission);
  return {
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, `**Who:** ${who} (\`${route.permission}\`).`]
      .filter(Boolean)
      .join('\n\n'),
    'x-permission': route.permission,
    ...(who === 'anyone' ? {} : { security: [{ session: [] }, { guest: [] }, {}] }),
    requestParams: {
      ...(names.length > 0 && {
        path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))),
      }),
      ...(route.query && { query: route.query }),
      ...(method === 'POST' && !route.rawBody && { header: idempotencyHeader(route) }),
    },
    ...(route.body && { requestBody: { content: { 'application/json': { schema: route.body } } } }),
    ...(route.rawBody && {
      requestBody: {
        content: Object.fromEntries(
          route.rawBody.map((type) => [type, { schema: { type: 'string', format: 'binary' } as const }]),
        ),
      },
    }),
    responses: { ...describeAnswers(route), ...describeErrors(route) },
  };
}

function idempotencyHeader(route: RouteContract) {
  const key = idempotencyKeySchema.meta({
    description: 'At least 128 random bits, such as a UUID.',
  });
  return z.object({ 'Idempotency-Key': route.idempotencyKey === 'required' ? key : key.optional() });
}

function describeAnswers(route: RouteContract) {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => [
      status,
      {
        description: status === '202' ? 'Accepted, and still on its way' : 'Done',
        ...(schema && { content: { 'application/json': { schema } } }),
      },
    ]),
  );
}

function describeErrors(route: RouteContract) {
  const codes = new Set<ErrorCode>([
    ...(route.errors ?? []),
    ...errorsOf(route.permission),
    ...(route.body || route.query || route.rawBody ? (['invalid_request'] as const) : []),
    ...(route.body ? (['payload_too_large'] as const) : []),
  ]);
  const byStatus = Map.groupBy(codes, (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.join(', '),
        content: { 'application/json': { schema: errorSchema } },
      },
    ]),
  );
}

/** The errors of callers without permission. */
function errorsOf(action: Action): ErrorCode[] {
  const isOpen = whoMay(action).includes('nobody');
  return [
    ...(!isOpen && (ACTIONS[action] === 'shop' || needsAccount(action))
      ? (['unauthenticated'] as const)
      : []),
    ...(isOpen ? [] : (['forbidden'] as const)),
    ...(ACTIONS[action] === 'shop' ? [] : (['not_found'] as const)),
  ];
}

/** The route that serves this document. Whoever asks first has it made: it takes a while, and an API starts without. */
export function openApiRoutes(publicUrl: string) {
  let document: Record<string, unknown> | undefined;
  return {
    'GET /api/openapi.json': async ({ ctx }) => {
      document ??= createOpenApi(publicUrl) as unknown as Record<string, unknown>;
      ctx.set('Cache-Control', 'no-cache');
      return { status: 200, body: document };
    },
  } satisfies Partial<Handlers>;
}
