/** How the live connection is, for the banner. `idle`: nothing on this page is followed. */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'lost';

class Connection {
  state: ConnectionState = $state('idle');

  /** Something shown may be older than the truth. */
  readonly isLost = $derived(this.state === 'lost');
}

/** The state of this page's one socket. */
export const connection = new Connection();
