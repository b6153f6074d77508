/** Lists on pages are keyed by what is unique by construction: two equal keys take the whole page down. */

import { globSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);

/** Unique by construction: primary keys, an order's versions, and keys that a draft makes itself. */
const UNIQUE_FIELDS = ['id', 'version', 'key', 'shareId', 'variantId'];

/** Other keys, each with why it cannot come twice. */
const OTHERS: Readonly<Record<string, string>> = {
  'routes/(customer)/+page.svelte section.anchor': 'sectionsOf gives every section its own',
  'lib/menu/CategoryTabs.svelte section.anchor': 'sectionsOf gives every section its own',
  'routes/agent/catalog/+page.svelte group.category':
    'groupCatalog makes one group a category, letter by letter',
  'lib/agent/catalog/ProductForm.svelte category': 'a Set, letter by letter',
  'lib/receipt/TaxTable.svelte tax.rate': 'domain/bill.ts sums up by rate',
  'lib/orders/OrderBill.svelte tax.rate': 'domain/bill.ts sums up by rate',
  'lib/agent/orders/OrderLines.svelte tax.rate': 'domain/bill.ts sums up by rate',
  'lib/checkout/OrderSummary.svelte tax.rate': 'domain/bill.ts sums up by rate',
  'lib/receipt/ReceiptSheet.svelte keyOfWay(way)': 'waysPaid sums up by way',
  'lib/orders/OrderSteps.svelte step.name': 'a fixed list',
  'lib/agent/board/BoardColumns.svelte column.status': 'one column a status',
  'lib/agent/board/BoardSkeleton.svelte status': 'a fixed list',
  'routes/agent/spots/+page.svelte area': 'byArea makes one group of an area',
  'lib/checkout/PlaceChooser.svelte area': 'byArea makes one group of an area',
  'lib/agent/spots/SpotDialog.svelte one': 'the kinds of spots, and areas as byArea groups them',
  'lib/agent/shop/ShopTabs.svelte href': 'a fixed list',
  'lib/agent/settings/SettingsHistory.svelte name': 'a change names each setting once',
  'lib/agent/settings/SettingsForm.svelte name': 'a fixed list',
  'lib/agent/settings/SettingsForm.svelte zone': 'the zones that the browser knows, once each',
  'lib/agent/catalog/ProductForm.svelte name': 'the names of facts, once each',
  'lib/accounts/DemoAccounts.svelte role': 'a fixed list',
  'lib/ui/LanguageSwitch.svelte tag': 'each language has one file',
  'lib/agent/differences/AmountTable.svelte label':
    'the labels of one kind of difference, written in amounts.ts',
  'lib/agent/catalog/AllergenChoice.svelte allergen': 'a fixed list',
  'lib/agent/orders/OrderRow.svelte reason': 'an order has a reason once, as a constraint holds',
  'lib/agent/orders/OrderView.svelte reason': 'an order has a reason once, as a constraint holds',
  'lib/agent/board/BoardCard.svelte reason': 'an order has a reason once, as a constraint holds',
  'lib/agent/differences/MendManyDialog.svelte id': 'ids of differences',
  'lib/agent/board/BoardKeys.svelte does': 'a fixed list',
  'lib/agent/board/BoardKeys.svelte name': 'a fixed list',
  'lib/agent/frame/StaffHeader.svelte href': 'a fixed list',
  'lib/agent/orders/RefundDialog.svelte way.by': 'a fixed list',
  'lib/stripe/TestCards.svelte number': 'a fixed list',
  'lib/checkout/PlaceChooser.svelte kind': 'a fixed list',
  'lib/checkout/PayAtChooser.svelte way': 'a fixed list',
  'lib/checkout/TipChooser.svelte percent': 'a fixed list',
  'lib/accounts/DemoAccounts.svelte email': 'a fixed list',
  'lib/receipt/TaxTable.svelte title': 'a fixed list',
  'routes/agent/catalog/+page.svelte name': 'a fixed list',
  'routes/agent/orders/+page.svelte name': 'a fixed list',
  'routes/agent/differences/+page.svelte name': 'a fixed list',
};

interface Each {
  readonly type: string;
  readonly key: { start: number; end: number } | null;
  readonly index?: string;
}

function eachBlocks(node: unknown): Each[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = (node as Each).type === 'EachBlock' ? [node as Each] : [];
  return [
    ...own,
    ...Object.values(node).flatMap((part: unknown) =>
      Array.isArray(part) ? part.flatMap(eachBlocks) : eachBlocks(part),
    ),
  ];
}

const lists = globSync('**/*.svelte', { cwd: root }).flatMap((file) => {
  const source = readFileSync(new URL(file, root), 'utf8');
  return eachBlocks(parse(source, { modern: true }).fragment).map(({ key, index }) => ({
    file,
    key: key ? source.slice(key.start, key.end) : undefined,
    isIndex: key !== null && source.slice(key.start, key.end) === index,
  }));
});

it('keys every list by a primary key, by position, or by a value that is known to be unique', () => {
  const unknown = lists.filter(({ file, key, isIndex }) => {
    const field = /^\w+\.(\w+)$/.exec(key ?? '')?.[1];
    return !isIndex && !UNIQUE_FIELDS.includes(field ?? '') && OTHERS[`${file} ${key}`] === undefined;
  });
  expect(unknown).toEqual([]);
});
