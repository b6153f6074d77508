/**
 * This page's one socket, opened when something is first followed. WebSocket only; the session or guest cookie
 * goes along by itself. Whoever follows something is told of every (re)connect and must then ask anew: what was
 * sent in between is lost.
 */

import type { ClientToServerEvents, ServerToClientEvents, SocketFailure } from '#domain/socket.ts';
import { io, type Socket } from 'socket.io-client';
import { connection } from './connection.svelte.ts';

export type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

const ACK_TIMEOUT = 5000;
let socket: LiveSocket | undefined;
const followers = new Set<Follower>();

/** Something on the page that must not go stale. */
export interface Follower {
  /** Asks for everything anew: at once if connected, after every connect, and when a phone wakes up. */
  readonly onConnected: (socket: LiveSocket) => void;
  /** Called on the loss of the connection. */
  readonly onLost?: () => void;
}

/** Opens the socket if need be and keeps the follower informed. Returns what ends it. */
export function follow(follower: Follower): () => void {
  const live = openSocket();
  followers.add(follower);
  if (live.connected) follower.onConnected(live);
  else if (!live.active) {
    connection.state = 'connecting';
    live.connect();
  }
  return () => {
    followers.delete(follower);
    if (followers.size > 0) return;
    live.disconnect();
    connection.state = 'idle';
  };
}

/** Opens the connection anew, so that the server learns of a new session; followers ask again by themselves. */
export function reconnect(): void {
  if (!socket || followers.size === 0) return;
  socket.disconnect();
  socket.connect();
}

/** True for the refusing kind of ack. */
export function isFailure<Answer extends object>(answer: Answer | SocketFailure): answer is SocketFailure {
  return 'error' in answer;
}

/** Emits and waits for the ack at most five seconds; rejects when none comes. */
export function ask<Name extends 'order:watch' | 'board:watch' | 'counter:watch'>(
  live: LiveSocket,
  name: Name,
  request: Parameters<ClientToServerEvents[Name]>[0],
): Promise<Parameters<Parameters<ClientToServerEvents[Name]>[1]>[0]> {
  const emitWithAck = live.timeout(ACK_TIMEOUT).emitWithAck as (
    name: string,
    request: unknown,
  ) => Promise<Parameters<Parameters<ClientToServerEvents[Name]>[1]>[0]>;
  return emitWithAck.call(live.timeout(ACK_TIMEOUT), name, request);
}

function openSocket(): LiveSocket {
  if (socket) return socket;
  const live: LiveSocket = io({
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });
  live.on('connect', () => {
    connection.state = 'live';
    for (const follower of followers) follower.onConnected(live);
  });
  live.on('disconnect', (reason) => {
    if (followers.size === 0) return;
    connection.state = 'lost';
    for (const follower of followers) follower.onLost?.();
    // After a disconnect by the server the client does not try again by itself.
    if (reason === 'io server disconnect') connectLater(live, 500);
  });
  live.on('connect_error', () => {
    if (followers.size === 0) return;
    connection.state = 'lost';
    // Refused by the server, not by the network: the client does not try again by itself.
    if (!live.active) connectLater(live, 3000);
  });
  window.addEventListener('online', () => wake(live));
  document.addEventListener('visibilitychange', () => wake(live));
  window.addEventListener('offline', () => {
    if (followers.size > 0) connection.state = 'lost';
  });
  socket = live;
  return live;
}

function connectLater(live: LiveSocket, milliseconds: number): void {
  setTimeout(() => {
    if (followers.size > 0 && !live.connected) live.connect();
  }, milliseconds);
}

/**
 * A phone that wakes up, or is online again, tries at once instead of waiting out the back-off. A connection that
 * seems to stand may have died in its sleep: asking anew finds out.
 */
function wake(live: LiveSocket): void {
  if (document.visibilityState !== 'visible' || followers.size === 0) return;
  if (!live.connected || connection.state === 'lost') live.disconnect().connect();
  else for (const follower of followers) follower.onConnected(live);
}
