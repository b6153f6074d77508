import { isApiError } from '../api/api-error.ts';
import type { Me } from '../api/answers.ts';
import { request } from '../api/request.ts';

/** Who is using this browser. `unknown` until the first answer, then `guest` or `user`. */
class Session {
  user: Me['user'] = $state(null);
  /** False until the first answer of GET /api/me. */
  known = $state(false);

  /** An agent or an admin: sees the board and the catalog. */
  readonly isStaff = $derived(this.user !== null && this.user.role !== 'customer');

  /** Asks who is signed in. Without an answer everybody is a guest until the next try. */
  async load(): Promise<void> {
    try {
      this.user = (await request<Me>('GET', '/api/me')).user;
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.user = null;
    } finally {
      this.known = true;
    }
  }
}

/** The one session of this page. The root layout loads it; sign-in and sign-out load it again. */
export const session = new Session();
