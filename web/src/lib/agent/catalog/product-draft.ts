/** A product in the form: every field is text until it is saved. */

import { staffCatalog } from '#messages';
import { FACT_NAMES, type FactName, type Product } from '#domain/contract/catalog.ts';
import { withoutIsolates } from '#domain/isolate.ts';
import { PLAIN_VARIANT } from '#domain/line.ts';
import type { TaxClass } from '#domain/tax-class.ts';
import { amountText, percentText } from '../../ui/amount-text.ts';

/** `key` identifies rows without an id; it is never sent. */
export interface VariantDraft {
  key: string;
  id?: string;
  name: string;
  price: string;
  /** For new variants only; the stock of an existing one is set separately. */
  available: string;
}

export interface OptionDraft {
  key: string;
  id?: string;
  name: string;
  price: string;
}

export interface GroupDraft {
  key: string;
  id?: string;
  name: string;
  minimum: string;
  maximum: string;
  options: OptionDraft[];
}

export interface ProductDraft {
  name: string;
  description: string;
  category: string;
  allergens: string[];
  /** In percent, as typed. */
  taxRate: string;
  /** Empty: not stated. */
  taxClass: TaxClass | '';
  /** As typed; empty means unknown. */
  facts: Record<FactName, string>;
  active: boolean;
  variants: VariantDraft[];
  optionGroups: GroupDraft[];
}

let lastKey = 0;
const newKey = () => `new-${++lastKey}`;

/** An empty row for another variant. A product starts with one. */
export function newVariant(isFirst: boolean): VariantDraft {
  return { key: newKey(), name: isFirst ? PLAIN_VARIANT : '', price: '', available: '0' };
}

export function newOption(): OptionDraft {
  return { key: newKey(), name: '', price: '0' };
}

/** An empty group that requires exactly one option. */
export function newGroup(): GroupDraft {
  return { key: newKey(), name: '', minimum: '1', maximum: '1', options: [newOption(), newOption()] };
}

/** The draft of a product that does not exist yet. */
export function newDraft(category = ''): ProductDraft {
  return {
    name: '',
    description: '',
    category,
    allergens: [],
    taxRate: '19',
    taxClass: '',
    facts: factsDraft(),
    active: true,
    variants: [newVariant(true)],
    optionGroups: [],
  };
}

/** Returns a draft equal to `product`. */
export function draftOf(product: Product, currency: string): ProductDraft {
  return {
    name: withoutIsolates(product.name),
    description: withoutIsolates(product.description),
    category: withoutIsolates(product.category),
    allergens: [...product.allergens],
    taxRate: percentText(product.taxRate),
    taxClass: product.taxClass ?? '',
    facts: factsDraft(product),
    active: product.active,
    variants: product.variants.map((variant) => ({
      key: variant.id,
      id: variant.id,
      name: withoutIsolates(variant.name),
      price: amountText(variant.unitAmount, currency),
      available: String(variant.available),
    })),
    optionGroups: product.optionGroups.map((group) => ({
      key: group.id,
      id: group.id,
      name: withoutIsolates(group.name),
      minimum: String(group.minimum),
      maximum: String(group.maximum),
      options: group.options.map((option) => ({
        key: option.id,
        id: option.id,
        name: withoutIsolates(option.name),
        price: amountText(option.amount, currency),
      })),
    })),
  };
}

function factsDraft(product?: Product): Record<FactName, string> {
  const written = FACT_NAMES.map((name) => [name, String(product?.[name] ?? '')]);
  return Object.fromEntries(written) as Record<FactName, string>;
}

/** Returns whether two drafts would save the same. The stock of existing variants is not part of a draft. */
export function sameDraft(left: ProductDraft, right: ProductDraft): boolean {
  return JSON.stringify(left, withoutKeys) === JSON.stringify(right, withoutKeys);
}

function withoutKeys(this: unknown, name: string, value: unknown): unknown {
  if (name === 'key') return undefined;
  const isCounted = name === 'available' && (this as { id?: string }).id !== undefined;
  return isCounted ? undefined : value;
}

const FIELD_WORDS = {
  name: staffCatalog.partName(),
  description: staffCatalog.partDescription(),
  category: staffCatalog.partCategory(),
  allergens: staffCatalog.partAllergens(),
  taxRate: staffCatalog.partTaxRate(),
  taxClass: staffCatalog.partTaxClass(),
  active: staffCatalog.partActive(),
  variants: staffCatalog.partVariants(),
  optionGroups: staffCatalog.partOptionGroups(),
  imageUrl: staffCatalog.partImageUrl(),
} as const satisfies Record<Exclude<keyof Product, NotEdited | FactName>, string>;
/** Fields that nobody types. */
type NotEdited = 'id' | 'position' | 'version';

/** Describes the differences between two versions of a product. Stock is omitted: it changes with every sale. */
export function differingFields(left: Product, right: Product): string[] {
  const written = (product: Product, field: keyof typeof FIELD_WORDS) =>
    JSON.stringify(product[field], (name, value: unknown) => (name === 'available' ? undefined : value));
  const words = Object.entries(FIELD_WORDS)
    .filter(([field]) => {
      const key = field as keyof typeof FIELD_WORDS;
      return written(left, key) !== written(right, key);
    })
    .map(([, word]) => word);
  return FACT_NAMES.some((name) => left[name] !== right[name]) ? [...words, staffCatalog.partFacts()] : words;
}
