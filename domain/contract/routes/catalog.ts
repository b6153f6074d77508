/** Routes of the menu, its products and their stock. */

import {
  catalogChangeSchema,
  createProductSchema,
  productAnswer,
  productSchema,
  productsQuerySchema,
  setStockSchema,
  updateProductSchema,
} from '../catalog.ts';
import { pageOf, pageQuerySchema } from '../fields.ts';
import type { RouteTable } from '../route.ts';

/** The accepted content types of a picture. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const;

export const catalogRoutes = {
  'GET /api/products': {
    isRead: true,
    tag: 'Catalog',
    summary: 'The menu, page by page',
    description: '`all=true`, for those of the staff who may see it, has what is off the menu, too.',
    permission: 'menu.read',
    query: productsQuerySchema,
    answers: { 200: pageOf(productSchema) },
    errors: ['unauthenticated', 'forbidden'],
  },
  'GET /api/products/:id': {
    isRead: true,
    tag: 'Catalog',
    summary: 'One product',
    description: 'One that is off the menu is found by those of the staff alone who may see it.',
    permission: 'menu.read',
    answers: { 200: productAnswer },
    errors: ['not_found'],
  },
  'POST /api/products': {
    tag: 'Catalog',
    summary: 'Add a product at the end of the menu',
    permission: 'catalog.change',
    body: createProductSchema,
    answers: { 201: productAnswer },
    errors: ['idempotency_conflict'],
  },
  'PATCH /api/products/:id': {
    tag: 'Catalog',
    summary: 'Change what is given of a product',
    permission: 'catalog.change',
    body: updateProductSchema,
    answers: { 200: productAnswer },
    errors: ['not_found', 'version_conflict'],
  },
  'GET /api/products/:id/changes': {
    tag: 'Catalog',
    summary: 'Who changed what of a product, newest first',
    description: 'Names, prices, counts and pictures.',
    permission: 'catalog.read_changes',
    query: pageQuerySchema,
    answers: { 200: pageOf(catalogChangeSchema) },
    errors: ['not_found'],
  },
  'PUT /api/products/:id/image': {
    tag: 'Catalog',
    summary: 'Set the picture of a product',
    permission: 'catalog.change',
    rawBody: IMAGE_TYPES,
    answers: { 200: productAnswer },
    errors: ['not_found', 'payload_too_large'],
  },
  'PUT /api/variants/:id/stock': {
    tag: 'Catalog',
    summary: 'Set what is available from now on; holds stay as they are',
    permission: 'stock.set',
    body: setStockSchema,
    answers: { 200: productAnswer },
    errors: ['not_found'],
  },
  'GET /api/images/:file': {
    isRead: true,
    tag: 'Catalog',
    summary: 'A picture, for ever the same; with `-160`, `-320` or `-480` before its ending in that width',
    permission: 'menu.read',
    answers: { 200: null },
    errors: ['not_found'],
  },
} as const satisfies RouteTable;
