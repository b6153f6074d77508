import { isApiError } from '../api/api-error.ts';
import type { Me } from '#domain/contract/session.ts';
import type { Action } from '#domain/permissions.ts';
import { listenToRefusals } from '../api/refusals.ts';
import { call } from '../api/call.ts';

/** Who is using this browser. `unknown` until the first answer, then `guest` or `user`. */
class Session {
  user: Me['user'] = $state(null);
  /** False until the first answer of GET /api/me, or until there was none. */
  known = $state(false);
  /** Nobody could be asked: whoever looks like a guest may be signed in. */
  isUnsure = $state(false);
  /** Somebody was signed in here, and is not any more without having signed out. */
  hasEnded = $state(false);

  /** Works for the shop: sees the board, at least. */
  readonly isStaff = $derived(this.may('board.watch'));

  #isChecking = false;

  /** Whether her account may do this, as the API says: pages offer nothing else. What it takes in an order, its viewer says. */
  may(action: Action): boolean {
    return this.user?.may.includes(action) ?? false;
  }

  /** Asks who is signed in. Without an answer whoever was is still taken to be. */
  async load(): Promise<void> {
    const before = this.user;
    try {
      const { user } = await call('GET /api/me');
      this.user = user;
      this.isUnsure = false;
      this.hasEnded = user === null && (this.hasEnded || before !== null);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.isUnsure = true;
    } finally {
      this.known = true;
    }
  }

  /** Forgets who was here: she signs out herself. */
  leave(): void {
    this.user = null;
    this.hasEnded = false;
  }

  /** Asks again because somebody was refused who is taken to be signed in. */
  check(): void {
    if (this.user === null || this.#isChecking) return;
    this.#isChecking = true;
    void this.load().finally(() => (this.#isChecking = false));
  }
}

/** The one session of this page. The root layout loads it; sign-in and sign-out load it again. */
export const session = new Session();
listenToRefusals(() => session.check());
