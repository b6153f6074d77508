/** The life of a tab, as far as it depends on time: what people do with it is written by the API. */

import {
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { hasTabEnded, type TabStatus } from '../domain/tab.ts';
import { TAB_STATUS } from '../temporal/search-attributes.ts';
import type { TabAgenda } from '../temporal/tabs/activities.ts';
import { tabChanged, type TabInput } from '../temporal/tabs/messages.ts';
import { tendTab } from './activities.ts';

/** Wakes this often at least, in case the message about a change was lost. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** A history of this many tendings is continued as a new one, so that a long evening stays small. */
const MOST_TENDINGS = 100;

/** Tends the tab whenever something is due or has changed, until it has ended. */
export async function tab(input: TabInput): Promise<{ status: TabStatus }> {
  let isChanged = false;
  let shown: TabStatus = 'open';
  setHandler(tabChanged, () => {
    isChanged = true;
  });

  for (let tendings = 1; ; tendings += 1) {
    isChanged = false;
    const agenda = await tendTab(input);
    show(agenda);
    if (hasTabEnded(agenda.status)) return { status: agenda.status };
    if (tendings >= MOST_TENDINGS || workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof tab>(input);
    await condition(() => isChanged, untilNext(agenda), { summary: 'The next thing to do' });
  }

  function show({ status, runningOrderIds }: TabAgenda): void {
    if (status !== shown) upsertSearchAttributes([{ key: TAB_STATUS, value: status }]);
    shown = status;
    setCurrentDetails(
      [
        '| status | running rounds |',
        '| --- | --- |',
        `| ${status} | ${runningOrderIds.map((id) => `order-${id}`).join(', ') || 'none'} |`,
      ].join('\n'),
    );
  }
}

function untilNext({ nextAt }: TabAgenda): number {
  const wait = nextAt === undefined ? LOOK_AGAIN_MS : nextAt - Date.now();
  return Math.min(LOOK_AGAIN_MS, Math.max(1, wait));
}
