/** The whole product with the demo accounts and a browser for each person, for tests of the pages. */

import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '../../domain/permissions.ts';
import { DEMO_PASSWORD } from '../../dev/demo/accounts.ts';
import { loadAccounts } from '../../dev/demo/load-accounts.ts';
import { startSystem, type System } from '../harness/system.ts';
import { startPages } from './pages.ts';
import { launchBrowser, openPage } from './people.ts';

export interface Shop {
  readonly system: System;
  /** Base URL of its pages. */
  readonly url: string;
  /** A separate browser context for one person, by default on our pages. */
  open(
    viewport: { width: number; height: number },
    at?: string,
  ): Promise<{ page: Page; context: BrowserContext }>;
  /** The same, signed in with a demo account. The page is still empty: signing in by the form loads two pages more. */
  openAs(
    who: Role,
    viewport: { width: number; height: number },
    at?: string,
  ): Promise<{ page: Page; context: BrowserContext }>;
  /** Signs a context in with a demo account, on our pages. */
  signIn(context: BrowserContext, who: Role): Promise<void>;
  /** Stops everything. Throws if a page had an error or an invariant is violated. */
  stop(): Promise<void>;
}

/** Starts it with an empty menu. */
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
      await signInUnseen(opened.context, at ?? url, `${who}@sharetab.test`);
      return opened;
    },
    signIn: (context, who) => signInUnseen(context, url, `${who}@sharetab.test`),
    stop: () => stop(system, browser, complaints),
  };
}

/** Signs in without the form. As a page does, tries again while a busy machine asks to. */
async function signInUnseen(context: BrowserContext, at: string, email: string): Promise<void> {
  const request = { data: { email, password: DEMO_PASSWORD }, headers: { origin: new URL(at).origin } };
  for (let attempt = 1; ; attempt += 1) {
    const reply = await context.request.post('/api/auth/sign-in/email', request);
    if (reply.ok()) return;
    if (reply.status() !== 503 || attempt === 10)
      throw new Error(`not signed in: ${reply.status()} ${await reply.text()}`);
  }
}

/** Reports page errors even when an invariant is violated, since they may be the cause. */
async function stop(system: System, browser: Browser, complaints: readonly string[][]): Promise<void> {
  await browser.close();
  const [stopped] = await Promise.allSettled([system.stop()]);
  const broken = stopped.status === 'rejected' ? stopped.reason : undefined;
  const errors = complaints.flat().map((complaint) => `a page had an error: ${complaint}`);
  if (errors.length > 0) throw new Error(errors.join('\n'), { cause: broken });
  if (broken) throw broken;
}
