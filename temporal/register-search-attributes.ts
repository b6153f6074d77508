import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const TYPES = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KEYWORD_LIST: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  INT: IndexedValueType.INDEXED_VALUE_TYPE_INT,
} as const;

/**
 * Registers the search attributes that are missing in the namespace, or have another type there; the latter lose their
 * values. Safe to repeat. Must run before a worker polls: an unknown attribute makes workflow tasks fail repeatedly.
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { operatorService } = connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const registered = customAttributes ?? {};
  const lacking = Object.entries(SEARCH_ATTRIBUTES).filter(
    ([name, type]) => registered[name] !== TYPES[type],
  );
  if (lacking.length === 0) return;
  const retyped = lacking.map(([name]) => name).filter((name) => name in registered);
  if (retyped.length > 0)
    await operatorService.removeSearchAttributes({ namespace, searchAttributes: retyped });
  await operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(lacking.map(([name, type]) => [name, TYPES[type]])),
  });
}
