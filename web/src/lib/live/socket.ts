/**
 * This page's one socket, opened when something is first followed. WebSocket only; the session or guest cookie
 * goes along by itself. Whoever follows something is told of every (re)connect and must then ask anew: what was
 * sent in between is lost.
 */

import type { ErrorCode } from '#domain/failures.ts';
import type { ClientToServerEvents, ServerToClientEvents, SocketFailure } from '#domain/socket.ts';
import type { io as openSocket, Socket } from 'socket.io-client';
import { isolateTexts } from '../api/isolate-texts.ts';
import { noteRefusal } from '../api/refusals.ts';
import { connection } from './connection.svelte.ts';

export type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
/** What can be followed: one order, a list of the staff's, the menu. */
export type Topic = 'order' | 'board' | 'counter' | 'menu';
/** What is sent to start watching it. */
export type Request<Name extends Topic> = Parameters<ClientToServerEvents[`${Name}:watch`]>[0];
type Answer<Name extends Topic> = Parameters<Parameters<ClientToServerEvents[`${Name}:watch`]>[1]>[0];

const ACK_TIMEOUT = 5000;
/** How soon a follower asks again that was refused for something that passes. */
const ASK_AGAIN = 3000;
let socket: LiveSocket | undefined;
const followers = new Set<Follower>();

/** Something on the page that must not go stale. */
export interface Follower {
  /**
   * Asks for everything anew: at once if connected, after every connect, and when a phone wakes up. Resolves with the
   * refusal, or with undefined: from now on everything is told. Rejects when no answer came in time.
   */
  readonly watch: (socket: LiveSocket) => Promise<SocketFailure | undefined>;
}

/** Opens the socket if need be and keeps the follower informed. Returns what ends it. */
export function follow(follower: Follower): () => void {
  followers.add(follower);
  connection.note(follower, 'asking');
  if (socket?.connected) void watch(socket, follower);
  else void connect();
  return () => {
    followers.delete(follower);
    connection.note(follower, undefined);
    if (followers.size > 0) return;
    socket?.disconnect();
    connection.isOpen = undefined;
  };
}

/** Refusals that stay until somebody else asks: she signs in, or opens another page. */
const FINAL: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'not_found', 'invalid_request'];

/** Whether everything that the follower wants to hear is told. */
export function isFollowing(follower: Follower): boolean {
  return connection.isOpen === true && connection.followings.get(follower) === 'following';
}

/** Has a follower ask again, on a connection that stands: something was missed, or may have been. */
export function watchAgain(follower: Follower): void {
  if (socket?.connected && followers.has(follower)) void watch(socket, follower);
}

/** Has a follower ask, and notes whether it is followed. Without an answer in time the connection counts as dead. */
async function watch(live: LiveSocket, follower: Follower): Promise<void> {
  connection.note(follower, 'asking');
  const id = live.id;
  // An answer of a connection that is gone tells nothing of the one that came after it.
  const isCurrent = (): boolean => followers.has(follower) && live.connected && live.id === id;
  try {
    const failure = await follower.watch(live);
    if (!isCurrent()) return;
    connection.note(follower, failure ? 'refused' : 'following');
    if (!failure) return;
    noteRefusal(failure.error.code);
    if (!FINAL.includes(failure.error.code)) setTimeout(() => watchAgain(follower), ASK_AGAIN);
  } catch {
    if (isCurrent()) live.disconnect().connect();
  }
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

/** Asks to watch, and waits for the answer at most five seconds; rejects when none comes. */
export function ask<Name extends Topic>(
  live: LiveSocket,
  topic: Name,
  request: Request<Name>,
): Promise<Answer<Name>> {
  const emitWithAck = live.timeout(ACK_TIMEOUT).emitWithAck as (
    name: string,
    request: unknown,
  ) => Promise<Answer<Name>>;
  return emitWithAck.call(live.timeout(ACK_TIMEOUT), `${topic}:watch`, request);
}

/** Connects the page's socket for those who follow. Its library is loaded then, not before the first paint. */
async function connect(): Promise<void> {
  try {
    if (!socket) {
      const { io } = await import('socket.io-client');
      // Another follower may have been faster.
      socket ??= createSocket(io);
    }
  } catch {
    if (followers.size === 0) return;
    connection.isOpen = false;
    setTimeout(() => followers.size > 0 && void connect(), ASK_AGAIN);
    return;
  }
  if (followers.size > 0 && !socket.active) socket.connect();
}

function createSocket(io: typeof openSocket): LiveSocket {
  const live: LiveSocket = io({
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    // A network that swallows packets answers no attempt: the next one may find it well again.
    timeout: 5000,
  });
  // Told before the socket itself hears of it: what comes by it is isolated as what comes by HTTP.
  live.io.on('packet', (packet: { data?: unknown }) => {
    packet.data = isolateTexts(packet.data);
  });
  live.on('connect', () => {
    connection.isOpen = true;
    for (const follower of followers) void watch(live, follower);
  });
  live.on('disconnect', (reason) => {
    if (followers.size === 0) return;
    connection.isOpen = false;
    for (const follower of followers) connection.note(follower, 'asking');
    // After a disconnect by the server the client does not try again by itself.
    if (reason === 'io server disconnect') connectLater(live, 500);
  });
  live.on('connect_error', () => {
    if (followers.size === 0) return;
    connection.isOpen = false;
    // Refused by the server, not by the network: the client does not try again by itself.
    if (!live.active) connectLater(live, 3000);
  });
  window.addEventListener('online', () => wake(live));
  document.addEventListener('visibilitychange', () => wake(live));
  window.addEventListener('offline', () => {
    if (followers.size > 0) connection.isOpen = false;
  });
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
  if (!live.connected || connection.isOpen === false) live.disconnect().connect();
  else for (const follower of followers) void watch(live, follower);
}
