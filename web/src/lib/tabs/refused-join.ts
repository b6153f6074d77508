import * as m from '#messages';
import type { ApiError } from '../api/api-error.ts';

/** What a page says to whom a tab does not let in. */
interface RefusedJoin {
  readonly title: string;
  /** Instead of the error's own sentence. */
  readonly text?: string;
  /** Another try may succeed later. */
  readonly mayChange: boolean;
}

/** Returns it; undefined for an error that says nothing about the tab. */
export function refusedJoin({ code }: Pick<ApiError, 'code'>): RefusedJoin | undefined {
  switch (code) {
    case 'not_found':
      return { title: m.tab.linkDead(), text: m.tab.linkDeadText(), mayChange: false };
    case 'tab_locked':
      return { title: m.tab.lockedTitle(), mayChange: true };
    case 'tab_full':
      return { title: m.tab.fullTitle(), mayChange: true };
    case 'tab_ended':
      return { title: m.tab.endedTitle(), mayChange: false };
    case 'removed_from_tab':
      return { title: m.tab.removedTitle(), mayChange: true };
    default:
      return undefined;
  }
}
