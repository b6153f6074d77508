/** The whole product with the demo accounts, and a browser for everybody who comes: what a test of its pages starts. */

import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '../../domain/permissions.ts';
import { DEMO_PASSWORD, loadAccounts } from '../../dev/demo/load-accounts.ts';
import { startSystem, type System } from '../harness/system.ts';
import { startPages } from './pages.ts';
import { launchBrowser, openPage, signIn } from './people.ts';

export interface Shop {
  readonly system: System;
  /** Where its pages are. */
  readonly url: string;
  /** A person's own browser, by default on our pages. */
  open(
    viewport: { width: number; height: number },
    at?: string,
  ): Promise<{ page: Page; context: BrowserContext }>;
  /** The same of somebody who has signed in with her demo account. */
  openAs(
    who: Role,
    viewport: { width: number; height: number },
    at?: string,
  ): Promise<{ page: Page; context: BrowserContext }>;
  /** Stops everything. Throws when a page had an error or an invariant does not hold. */
  stop(): Promise<void>;
}

/** Starts it. There is nothing on the menu yet. */
export async function openShop(options: { environment?: NodeJS.ProcessEnv } = {}): Promise<Shop> {
  const [system, browser] = await Promise.all([startSystem(options), launchBrowser()]);
  await loadAccounts(system.databases.users);
  const url = await startPages(system);
  const complaints: string[][] = [];

  const open: Shop['open'] = async (viewport, at = url) => {
    const { errors, ...opened } = await openPage(browser, at, viewport);
    complaints.push(errors);
    return opened;
  };
  return {
    system,
    url,
    open,
    openAs: async (who, viewport, at) => {
      const opened = await open(viewport, at);
      await signIn(opened.page, `${who}@sharetab.test`, DEMO_PASSWORD);
      return opened;
    },
    stop: () => stop(system, browser, complaints),
  };
}

/** What the pages complained of is told even when an invariant does not hold, for it may be why. */
async function stop(system: System, browser: Browser, complaints: readonly string[][]): Promise<void> {
  await browser.close();
  const [stopped] = await Promise.allSettled([system.stop()]);
  const broken = stopped.status === 'rejected' ? stopped.reason : undefined;
  const errors = complaints.flat().map((complaint) => `a page had an error: ${complaint}`);
  if (errors.length > 0) throw new Error(errors.join('\n'), { cause: broken });
  if (broken) throw broken;
}
