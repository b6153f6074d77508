/**
 * The live state of this page. `idle`: nothing is followed. `connecting`: something is not followed yet, without a
 * known failure. `lost`: no connection. `refused`: connected, and the server refuses a follower. `live`: everything on
 * the page is followed.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'lost' | 'refused';

/** The state of a follower: waiting for its acknowledgment, live, or refused. */
export type FollowingState = 'asking' | 'following' | 'refused';

class Connection {
  /** Whether the socket is connected; undefined before the first try. */
  isOpen: boolean | undefined = $state();
  /** The state of each follower, by its key. */
  followings: ReadonlyMap<object, FollowingState> = $state.raw(new Map());

  readonly state: ConnectionState = $derived.by(() => {
    const states = [...this.followings.values()];
    if (states.length === 0) return 'idle';
    if (this.isOpen === false) return 'lost';
    if (states.includes('refused')) return 'refused';
    return this.isOpen && states.every((state) => state === 'following') ? 'live' : 'connecting';
  });

  /** Shown data may be stale. */
  readonly isLost = $derived(this.state === 'lost');

  /** Sets the state of a follower; undefined when it has ended. */
  note(follower: object, state: FollowingState | undefined): void {
    const next = new Map(this.followings);
    if (state === undefined) next.delete(follower);
    else next.set(follower, state);
    this.followings = next;
  }
}

/** The state of this page's one socket. */
export const connection = new Connection();
