import * as m from '#messages';
import { withoutIsolates } from '#domain/isolate.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { placeName } from '../ui/place-words.ts';

/** Returns what people call a tab: its title, else where it is, else whose it is. */
export function tabTitle({
  title,
  place,
  host,
}: Pick<Tab, 'title' | 'place'> & { readonly host: string }): string {
  return titleOrPlace({ title, place }) ?? m.tab.untitled({ name: host });
}

/** Returns a tab's title, else where it is; undefined if it has neither. */
export function titleOrPlace({ title, place }: Pick<Tab, 'title' | 'place'>): string | undefined {
  return title ?? (place ? placeName(place) : undefined);
}

/** Returns the name of its place for beside its title; undefined if that says it already. */
export function placeBeside({ title, place }: Pick<Tab, 'title' | 'place'>): string | undefined {
  if (place === null || title === null) return undefined;
  const name = placeName(place);
  return withoutIsolates(name) === withoutIsolates(title) ? undefined : name;
}
