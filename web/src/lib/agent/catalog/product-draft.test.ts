import { expect, test } from 'vitest';
import { NO_FACTS, type Product } from '#domain/contract/catalog.ts';
import { differingFields, draftOf, newDraft, newVariant, sameDraft } from './product-draft.ts';
import { changesOf, readDraft } from './product-input.ts';

const product: Product = {
  id: '0197a000-0000-7000-8000-000000000001',
  name: 'Flat white',
  description: 'Two shots.',
  category: 'Coffee',
  imageUrl: null,
  allergens: ['milk'],
  taxRate: 1900,
  taxClass: 'standard',
  ...NO_FACTS,
  calories: 130,
  active: true,
  position: 1,
  version: 3,
  variants: [
    {
      id: '0197a000-0000-7000-8000-000000000002',
      name: 'Large',
      unitAmount: 450,
      currency: 'eur',
      available: 7,
    },
  ],
  optionGroups: [
    {
      id: '0197a000-0000-7000-8000-000000000003',
      name: 'Milk',
      minimum: 1,
      maximum: 1,
      options: [
        { id: '0197a000-0000-7000-8000-000000000004', name: 'Whole', amount: 0 },
        { id: '0197a000-0000-7000-8000-000000000005', name: 'Oat', amount: -30 },
      ],
    },
  ],
};

test('a draft of a product, read back, changes nothing about it', () => {
  const { input } = readDraft(draftOf(product, 'eur'), 'eur');
  expect(input).toEqual({
    name: 'Flat white',
    description: 'Two shots.',
    category: 'Coffee',
    allergens: ['milk'],
    taxRate: 1900,
    taxClass: 'standard',
    ...NO_FACTS,
    calories: 130,
    active: true,
    variants: [{ id: product.variants[0]!.id, name: 'Large', unitAmount: 450 }],
    optionGroups: product.optionGroups,
  });
});

test('a save sends what was changed here and nothing else, whatever else the product has', () => {
  const saved = draftOf({ ...product, surprise: 'a field that this form does not know' } as Product, 'eur');
  const sent = (change: (draft: ReturnType<typeof draftOf>) => void): unknown => {
    const draft = structuredClone(saved);
    change(draft);
    return JSON.parse(JSON.stringify(changesOf(saved, readDraft(draft, 'eur').input!, 'eur')));
  };
  const { id } = product.variants[0]!;
  expect(sent(() => undefined)).toEqual({});
  expect(sent((draft) => (draft.variants[0]!.price = '5'))).toEqual({
    variants: [{ id, name: 'Large', unitAmount: 500 }],
  });
  expect(sent((draft) => (draft.facts.calories = ''))).toEqual({ calories: null });
  expect(sent((draft) => (draft.taxClass = 'zero'))).toEqual({ taxClass: 'zero' });
  expect(sent((draft) => (draft.taxClass = ''))).toEqual({ taxClass: null });
  expect(sent((draft) => (draft.active = false))).toEqual({ active: false });
});

test('a new variant brings its stock along', () => {
  const draft = draftOf(product, 'eur');
  draft.variants.push({ ...newVariant(false), name: 'Small', price: '3,20', available: '12' });
  expect(readDraft(draft, 'eur').input?.variants[1]).toEqual({
    name: 'Small',
    unitAmount: 320,
    available: 12,
  });
});

test('what is missing or wrong is said at its field', () => {
  const draft = { ...newDraft(), taxRate: 'much' };
  draft.variants[0]!.price = '4.555';
  draft.variants[0]!.available = '-1';
  expect(readDraft(draft, 'eur').problems).toEqual({
    name: 'Please fill this in.',
    category: 'Please fill this in.',
    taxRate: 'Write a percentage like 19',
    'variants.0.unitAmount': 'Not an amount: write it like 4.50',
    'variants.0.available': 'Write a whole number',
  });
});

test('a product needs a variant', () => {
  const draft = { ...draftOf(product, 'eur'), variants: [] };
  expect(readDraft(draft, 'eur').problems).toEqual({
    variants: 'There must be at least 1. Please add to it.',
  });
});

test('a draft is the same until something that is saved with it changes', () => {
  const draft = draftOf(product, 'eur');
  expect(sameDraft(draft, { ...draftOf(product, 'eur'), name: 'Flat black' })).toBe(false);
  const recounted = draftOf(product, 'eur');
  recounted.variants[0]!.available = '99';
  expect(sameDraft(draft, recounted)).toBe(true);
  expect(sameDraft(newDraft(), newDraft())).toBe(true);
});

test('tells what somebody else changed, but not what was sold meanwhile', () => {
  const [variant] = product.variants;
  const sold = { ...product, version: 4, variants: [{ ...variant!, available: 1 }] };
  expect(differingFields(product, sold)).toEqual([]);
  const dearer = { ...sold, description: 'Three shots.', variants: [{ ...variant!, unitAmount: 480 }] };
  expect(differingFields(product, dearer)).toEqual(['description', 'variants or prices']);
});
