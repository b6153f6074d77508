import * as m from '#messages';
import type { Seat } from './seats.ts';

/** Returns the title of a tab, or whose it is. */
export function tabTitle({ title, host }: Pick<Seat, 'title' | 'host'>): string {
  return title ?? m.tab.untitled({ name: host });
}
