/** Converts a draft to the API's input, with problems per field. */

import { staff, staffCatalog } from '#messages';
import {
  createProductSchema,
  FACT_NAMES,
  type CreateProduct,
  type FactName,
  type UpdateProduct,
} from '#domain/contract/catalog.ts';
import { problemsOf } from '#domain/contract/problem-of.ts';
import type { FieldIssue } from '#domain/field-problem.ts';
import { changedFields, type EveryField } from '../../forms/changed-fields.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { amountText, parseAmount } from '../../ui/amount-text.ts';
import type { ProductDraft } from './product-draft.ts';

/** Problems by the field's path in the request: `variants.0.unitAmount`. */
export type Problems = Readonly<Record<string, string>>;

export type ReadDraft =
  | { readonly input: CreateProduct; readonly problems?: never }
  | { readonly input?: never; readonly problems: Problems };

/** Reads a draft. Amounts become minor units, percents basis points; the API's own schema validates it. */
export function readDraft(draft: ProductDraft, currency: string): ReadDraft {
  const typed: Record<string, string> = {};
  const amount = (path: string, text: string, negative = false) => {
    const value = parseAmount(text, currency, { negative });
    if (value === undefined)
      typed[path] =
        text.trim() === '' ? staffCatalog.fillIn() : staff.notAnAmount({ example: amountText(450, 'eur') });
    return value ?? 0;
  };
  const count = (path: string, text: string) => {
    const isCount = /^\d{1,7}$/.test(text.trim());
    if (!isCount) typed[path] = staffCatalog.wholeNumberOnly();
    return isCount ? Number(text) : 0;
  };
  const taxRate = parseAmount(draft.taxRate, 'eur');
  if (taxRate === undefined) typed['taxRate'] = staffCatalog.percentage();

  const facts = Object.fromEntries(
    FACT_NAMES.map((name) => {
      const text = draft.facts[name].trim();
      return [name, text === '' ? null : count(name, text)];
    }),
  ) as Record<FactName, number | null>;

  const input = {
    name: draft.name,
    description: draft.description,
    category: draft.category,
    allergens: draft.allergens,
    taxRate: taxRate ?? 0,
    taxClass: draft.taxClass === '' ? null : draft.taxClass,
    ...facts,
    active: draft.active,
    variants: draft.variants.map(
      (variant, index) =>
        ({
          id: variant.id,
          available:
            variant.id === undefined ? count(`variants.${index}.available`, variant.available) : undefined,
          name: variant.name,
          unitAmount: amount(`variants.${index}.unitAmount`, variant.price),
        }) satisfies EveryField<CreateProduct['variants'][number]>,
    ),
    optionGroups: draft.optionGroups.map(
      (group, index) =>
        ({
          id: group.id,
          name: group.name,
          minimum: count(`optionGroups.${index}.minimum`, group.minimum),
          maximum: count(`optionGroups.${index}.maximum`, group.maximum),
          options: group.options.map(
            (option, position) =>
              ({
                id: option.id,
                name: option.name,
                amount: amount(`optionGroups.${index}.options.${position}.amount`, option.price, true),
              }) satisfies EveryField<Group['options'][number]>,
          ),
        }) satisfies EveryField<Group>,
    ),
  } satisfies EveryField<CreateProduct>;
  const read = createProductSchema.safeParse(input);
  const judged = read.success ? {} : wordsByField(problemsOf(read.error.issues), currency);
  const problems = { ...judged, ...typed };
  if (!read.success || Object.keys(problems).length > 0) return { problems };
  return { input: read.data };
}

type Group = CreateProduct['optionGroups'][number];

/** Returns the changes relative to `saved`: unchanged fields are not sent. */
export function changesOf(saved: ProductDraft, input: CreateProduct, currency: string): UpdateProduct {
  return changedFields<CreateProduct>(readDraft(saved, currency).input, input);
}

/** Returns the words for the first issue of each field. */
function wordsByField(issues: readonly FieldIssue[], currency: string): Problems {
  const problems: Record<string, string> = {};
  for (const issue of issues) problems[issue.path.join('.')] ??= fieldWords(issue, { currency });
  return problems;
}
