/**
 * Tokens that prove a guest's orders and tabs, for browsers that refuse cookies. Where cookies work, nothing is sent or kept
 * past the page: a cookie that no script can read has the same token.
 */

import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.guest-tokens.1';

class GuestTokens {
  /** By order, tab or request to be let into one. */
  #tokens = new Map<string, string>();
  /** The browser has lost a cookie: every call sends tokens, which survive a reload of the tab. */
  #areNeeded = false;
  /** Storage is blocked as well: only the address survives a reload. */
  #isAddressNeeded = false;

  constructor() {
    const kept = Object.entries(readStored<Record<string, string>>(STORED_AS, 'session') ?? {});
    this.#tokens = new Map(kept);
    this.#areNeeded = kept.length > 0;
  }

  remember(id: string, token: string): void {
    if (this.#tokens.get(id) === token) return;
    this.#tokens.set(id, token);
    if (this.#areNeeded) this.#keep();
  }

  /** Her token for an order or a tab. */
  of(id: string): string | undefined {
    return this.#tokens.get(id);
  }

  /** Returns the `Authorization` of a call; undefined until cookies are known to be refused. */
  headerFor(path: string): string | undefined {
    if (!this.#areNeeded) return undefined;
    // She has gone on to another page, whose address has to keep its token, too.
    if (this.#isAddressNeeded) this.#showInAddress();
    return this.#proofFor(path);
  }

  /** Returns the `Authorization` for the retry of a refused call, if any. */
  headerAfterRefusal(path: string): string | undefined {
    const proof = this.#areNeeded ? undefined : this.#proofFor(path);
    if (proof === undefined) return undefined;
    this.#areNeeded = true;
    this.#keep();
    return proof;
  }

  #proofFor(path: string): string | undefined {
    // A spot tells whether she is in the tab there.
    if (this.#areNeeded && /^\/api\/spots\/[^/]/.test(path)) return headerOf(this.#tokens.values());
    const [, id] = /^\/api\/(?:orders|tabs|knocks)(?:\/([0-9a-f-]{36}))?/.exec(path) ?? [undefined, null];
    if (id === null) return undefined;
    return headerOf(id === undefined ? this.#tokens.values() : [this.#tokens.get(id)]);
  }

  #keep(): void {
    this.#isAddressNeeded = !writeStored(STORED_AS, Object.fromEntries(this.#tokens), 'session');
    if (this.#isAddressNeeded) this.#showInAddress();
  }

  /** The address of a page becomes the mail's link. */
  #showInAddress(): void {
    if (location.hash.startsWith('#guest=')) return;
    const shown = [...this.#tokens].find(([id]) => location.pathname.includes(id));
    if (shown)
      history.replaceState(history.state, '', `${location.pathname}${location.search}#guest=${shown[1]}`);
  }
}

function headerOf(tokens: Iterable<string | undefined>): string | undefined {
  const known = [...new Set(tokens)].filter((token) => token !== undefined);
  return known.length > 0 ? `Guest ${known.join(',')}` : undefined;
}

/** Those of this page. */
export const guestTokens = new GuestTokens();
