import type { DatabaseDefinition } from '../database.ts';
import { HoldEntity, PictureEntity, ProductEntity, SpotEntity, VariantEntity } from './entities.ts';
import { CreateCatalog } from './migrations/001-create-catalog.ts';
import { AddProductRequestHash } from './migrations/002-product-request-hash.ts';
import { AddSearchWords } from './migrations/025-search-words.ts';
import { IndexLiveHolds } from './migrations/030-live-holds.ts';
import { AddCatalogChanges } from './migrations/034-catalog-changes.ts';
import { AddSpots } from './migrations/060-spots.ts';
import { AddSettings } from './migrations/061-settings.ts';
import { AddProductFacts } from './migrations/062-product-facts.ts';
import { AddSpotRequestHash } from './migrations/063-spot-request-hash.ts';
import { AddTaxClass } from './migrations/070-tax-class.ts';
import { RenewCodes } from './migrations/110-renewable-codes.ts';

/** The catalog database: products, stock and the holds on it, and the shop's spots and settings. */
export const catalogDefinition: DatabaseDefinition = {
  entities: [ProductEntity, VariantEntity, HoldEntity, PictureEntity, SpotEntity],
  migrations: [
    { name: '001-create-catalog', class: CreateCatalog },
    { name: '002-product-request-hash', class: AddProductRequestHash },
    { name: '025-search-words', class: AddSearchWords },
    { name: '030-live-holds', class: IndexLiveHolds },
    { name: '034-catalog-changes', class: AddCatalogChanges },
    { name: '060-spots', class: AddSpots },
    { name: '061-settings', class: AddSettings },
    { name: '062-product-facts', class: AddProductFacts },
    { name: '063-spot-request-hash', class: AddSpotRequestHash },
    { name: '070-tax-class', class: AddTaxClass },
    { name: '110-renewable-codes', class: RenewCodes },
  ],
};
