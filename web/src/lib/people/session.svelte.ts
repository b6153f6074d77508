import { isApiError } from '../api/api-error.ts';
import type { Me } from '#domain/contract/people.ts';
import type { Action } from '#domain/permissions.ts';
import { listenToRefusals } from '../api/refusals.ts';
import { call } from '../api/call.ts';

/** The user of this browser. `unknown` until the first response, then `guest` or `user`. */
class Session {
  user: Me['user'] = $state(null);
  /** False until GET /api/me has responded or failed. */
  known = $state(false);
  /** The request failed: an apparent guest may be signed in. */
  isUnsure = $state(false);
  /** The session ended without a sign-out. */
  hasEnded = $state(false);

  /** Staff: sees at least the board. */
  readonly isStaff = $derived(this.may('board.watch'));

  #isChecking = false;

  /**
   * Whether the account may do this, by the API's answer: pages offer nothing else. Permissions within an order come
   * from its viewer.
   */
  may(action: Action): boolean {
    return this.user?.may.includes(action) ?? false;
  }

  /** Loads the session. On failure the known one stays. */
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

  /** Forgets the person: she signs out herself. */
  leave(): void {
    this.user = null;
    this.hasEnded = false;
  }

  /** Reloads after a refusal of an apparently signed-in person. */
  check(): void {
    if (this.user === null || this.#isChecking) return;
    this.#isChecking = true;
    void this.load().finally(() => (this.#isChecking = false));
  }
}

/** The session of this page. The root layout loads it; sign-in and sign-out reload it. */
export const session = new Session();
listenToRefusals(() => session.check());
