/**
 * How live this page is. `idle`: nothing on it is followed. `connecting`: something is not followed yet, though nothing is
 * known to be wrong. `lost`: no connection. `refused`: there is one, and the server refuses something that the page
 * wants to follow. `live` only while everything on the page is being followed.
 */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'lost' | 'refused';

/** How one follower stands: it asked and waits for its answer, it is told of everything, or it was refused. */
export type FollowingState = 'asking' | 'following' | 'refused';

class Connection {
  /** Whether the socket stands; undefined before it was ever tried. */
  isOpen: boolean | undefined = $state();
  /** How each follower stands, by its own key. */
  followings: ReadonlyMap<object, FollowingState> = $state.raw(new Map());

  readonly state: ConnectionState = $derived.by(() => {
    const states = [...this.followings.values()];
    if (states.length === 0) return 'idle';
    if (this.isOpen === false) return 'lost';
    if (states.includes('refused')) return 'refused';
    return this.isOpen && states.every((state) => state === 'following') ? 'live' : 'connecting';
  });

  /** Something shown may be older than the truth. */
  readonly isLost = $derived(this.state === 'lost');

  /** Notes how a follower stands; undefined: it has ended. */
  note(follower: object, state: FollowingState | undefined): void {
    const next = new Map(this.followings);
    if (state === undefined) next.delete(follower);
    else next.set(follower, state);
    this.followings = next;
  }
}

/** The state of this page's one socket. */
export const connection = new Connection();
