/** Tabs whose workflow was never started, or did not hear of a change: each is started, or told. */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import { listTabsBehind, listUnendedTabs } from '../../db/orders/tabs/agenda.ts';
import { tabIdOf } from '../../temporal/tabs/messages.ts';
import { signalTab, startTab } from '../../temporal/tabs/start.ts';
import { FIRST_ID } from '../reconciliation/walk.ts';
import type { Job } from '../operations/jobs.ts';

const BEHIND_PER_PAGE = 100;
/** A younger change may still be on its way to the workflow. */
const TOO_YOUNG_SECONDS = 5;
/** A tab that was told stays behind if its basket cannot be sent as it is: telling it all the time would not help. */
const TELL_AGAIN_MS = 60_000;
/** The start of a younger tab's workflow may not be listed yet. */
const TOO_NEW_SECONDS = 30;
const PER_PAGE = 1_000;

interface Options {
  readonly orders: Database;
  readonly temporal: Client;
}

/** Returns both jobs: they only tell and start, and what is due is decided by the tab's workflow. */
export function createTabsBehindJobs({ orders, temporal }: Options): Job[] {
  /** When each tab that is behind was told last. */
  let told: ReadonlyMap<string, number> = new Map();

  return [
    {
      name: 'tabs_behind',
      everyMs: 5_000,
      failure: 'workflows of tabs could not be told',
      run: async ({ signal }) => {
        const before = told;
        const now = new Map<string, number>();
        told = now;
        for await (const tabId of listBehind()) {
          if (signal.aborted) return;
          const toldAt = before.get(tabId) ?? 0;
          const isDue = Date.now() - toldAt >= TELL_AGAIN_MS;
          if (isDue && !(await signalTab(temporal, tabId)))
            await startTab(temporal, { tabId }, { again: true });
          now.set(tabId, isDue ? Date.now() : toldAt);
        }
      },
    },
    {
      name: 'tabs_without_workflow',
      everyMs: 60_000,
      failure: 'missing workflows of tabs could not be started',
      run: async ({ signal }) => {
        const unended = await listUnendedTabs(orders, { seconds: TOO_NEW_SECONDS });
        if (unended.length === 0) return;
        const running = await listRunning();
        for (const tabId of unended.filter((id) => !running.has(id))) {
          if (signal.aborted) return;
          await startTab(temporal, { tabId }, { again: true });
        }
      },
    },
  ];

  /** All of them: those that cannot be sent as they are must not hide the others. */
  async function* listBehind(): AsyncGenerator<string> {
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const page = await listTabsBehind(orders, {
        seconds: TOO_YOUNG_SECONDS,
        after,
        limit: BEHIND_PER_PAGE,
      });
      yield* page;
      after = page.at(-1);
    }
  }

  async function listRunning(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    const query = `WorkflowType = 'tab' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of temporal.workflow.list({ query, pageSize: PER_PAGE }))
      ids.add(tabIdOf(workflowId));
    return ids;
  }
}
