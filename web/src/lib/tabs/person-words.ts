import * as m from '#messages';
import type { Person } from './people.ts';

/** Returns what somebody is and does at the moment: `you, host`, `choosing…`. */
export function personWords({ isSelf, isHost, isReady, isChoosing, isHere }: Person): string[] {
  return [
    ...(isSelf ? [m.tab.you()] : []),
    ...(isHost ? [m.tab.host()] : []),
    isReady ? m.tab.isReady() : isChoosing ? m.tab.isChoosing() : isHere ? m.tab.isHere() : m.tab.isAway(),
  ];
}
