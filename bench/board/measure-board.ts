/** Measures one board in a separate browser while orders move. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import type { Client } from 'pg';
import { DEMO_PASSWORD } from '../../dev/demo/accounts.ts';
import { moveOne } from './fill-board.ts';

const CHANGES_PER_SECOND = 10;

export interface MeasuredBoard {
  readonly cards: number;
  /** From navigation start to the first card, in milliseconds. */
  readonly firstCardMs: number;
  /** From navigation start until every card is rendered. */
  readonly allCardsMs: number;
  readonly framesPerSecond: number;
  /** The longest of a hundred frames, in milliseconds. */
  readonly slowFrameMs: number;
  /** Number of observed card moves: proves that the board was live. */
  readonly moves: number;
}

/** Counts frames, and records when the first and the last card appear. Runs in the page before its own scripts. */
const WATCH = (cards: number) => `
  globalThis.seen = { first: 0, all: 0, frames: [], moves: 0 };
  new MutationObserver((changes) => {
    const count = document.querySelectorAll('article[data-order]').length;
    if (count > 0) seen.first ||= performance.now();
    if (count >= ${cards}) seen.all ||= performance.now();
    for (const { addedNodes } of changes) if (seen.all && addedNodes.length > 0) seen.moves += 1;
  }).observe(document, { childList: true, subtree: true });
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    if (seen.isCounting) seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  });`;

/** Opens the board as staff, and measures it for `seconds` at ten changes a second. */
export async function measureBoard(
  browser: Browser,
  of: { url: string; client: Client; cards: number; seconds: number },
): Promise<MeasuredBoard> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    baseURL: of.url,
    bypassCSP: true,
  });
  const page = await context.newPage();
  try {
    await page.goto('/sign-in');
    await page.getByLabel('Mail address').fill('agent@sharetab.test');
    await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/agent');
    await context.addInitScript(WATCH(of.cards));
    await page.goto('/agent');
    await page.waitForFunction('seen.all > 0', undefined, { timeout: 60_000 });
    await page.evaluate('seen.isCounting = true');
    const until = Date.now() + of.seconds * 1000;
    for (let next = Date.now(); next < until; next += 1000 / CHANGES_PER_SECOND) {
      await moveOne(of.client);
      await delay(Math.max(0, next - Date.now()));
    }
    const seen = await page.evaluate<{ first: number; all: number; frames: number[]; moves: number }>(
      '(seen.isCounting = false, seen)',
    );
    const frames = seen.frames.toSorted((one, other) => one - other);
    const total = frames.reduce((sum, frame) => sum + frame, 0);
    return {
      cards: of.cards,
      firstCardMs: Math.round(seen.first),
      allCardsMs: Math.round(seen.all),
      framesPerSecond: Math.round((frames.length / total) * 10_000) / 10,
      slowFrameMs: Math.round(frames[Math.floor(frames.length * 0.99)] ?? 0),
      moves: seen.moves,
    };
  } finally {
    await context.close();
  }
}
