/**
 * The page's only socket, opened by the first follower. WebSocket only; the session or guest cookie is sent along.
 * Followers are called on every (re)connect and must request a snapshot: messages in between are lost.
 */

import type { ErrorCode } from '#domain/failures.ts';
import type { ClientToServerEvents, ServerToClientEvents, SocketFailure } from '#domain/socket.ts';
import type { io as openSocket, Socket } from 'socket.io-client';
import { isolateTexts } from '../api/isolate-texts.ts';
import { noteCut, noteRefusal } from '../api/refusals.ts';
import { connection } from './connection.svelte.ts';

export type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
/** Topics: one order, one tab, a list of the staff's, the menu. */
export type Topic = 'order' | 'tab' | 'board' | 'counter' | 'menu';
/** The watch request. */
export type Request<Name extends Topic> = Parameters<ClientToServerEvents[`${Name}:watch`]>[0];
type Answer<Name extends Topic> = Parameters<Parameters<ClientToServerEvents[`${Name}:watch`]>[1]>[0];

const ACK_TIMEOUT = 5000;
/** Retry delay of a follower that was refused for a temporary reason. */
const ASK_AGAIN = 3000;
let socket: LiveSocket | undefined;
const followers = new Set<Follower>();

/** Something on the page that must stay current. */
export interface Follower {
  /**
   * Requests a snapshot: immediately if connected, after every connect, and when a phone wakes up. Resolves with the
   * refusal, or with undefined once every change is received. Rejects on timeout.
   */
  readonly watch: (socket: LiveSocket) => Promise<SocketFailure | undefined>;
}

/** Opens the socket if needed and registers the follower. Returns a function that ends it. */
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

/** Refusals that last until the identity changes: she signs in, or opens another page. */
const FINAL: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'not_found', 'invalid_request'];

/** Whether the follower receives every change. */
export function isFollowing(follower: Follower): boolean {
  return connection.isOpen === true && connection.followings.get(follower) === 'following';
}

/** Makes a follower request a snapshot on an open connection, after a possible gap. */
export function watchAgain(follower: Follower): void {
  if (socket?.connected && followers.has(follower)) void watch(socket, follower);
}

/** Calls a follower and records whether it is followed. On timeout the connection counts as dead. */
async function watch(live: LiveSocket, follower: Follower): Promise<void> {
  connection.note(follower, 'asking');
  const id = live.id;
  // A response of an earlier connection says nothing about the current one.
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

/** Reconnects, so that the server sees a new session; followers repeat their requests. */
export function reconnect(): void {
  if (!socket || followers.size === 0) return;
  socket.disconnect();
  socket.connect();
}

/** Returns whether an acknowledgment is a refusal. */
export function isFailure<Answer extends object>(answer: Answer | SocketFailure): answer is SocketFailure {
  return 'error' in answer;
}

/** Sends a watch request; rejects without an acknowledgment within five seconds. */
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

/** Says whether somebody is choosing in a tab that this page follows; without a connection, nobody hears it. */
export function tellChoosing(tabId: string, isChoosing: boolean): void {
  if (socket?.connected) socket.emit('tab:choose', { tabId, isChoosing });
}

/** Connects the page's socket for its followers. Its library is loaded then, not before the first paint. */
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
    // On a network that swallows packets this try gets no response; the next one may.
    timeout: 5000,
  });
  // Runs before the socket's own listeners: isolates texts as HTTP responses do.
  live.io.on('packet', (packet: { data?: unknown }) => {
    packet.data = isolateTexts(packet.data);
  });
  let wasCut = false;
  live.on('connect', () => {
    connection.isOpen = true;
    // Asked once the server is back: it also cuts sockets when it stops.
    if (wasCut) noteCut();
    wasCut = false;
    for (const follower of followers) void watch(live, follower);
  });
  live.on('disconnect', (reason) => {
    if (followers.size === 0) return;
    connection.isOpen = false;
    for (const follower of followers) connection.note(follower, 'asking');
    // After a disconnect by the server, the client does not reconnect by itself.
    if (reason !== 'io server disconnect') return;
    wasCut = true;
    connectLater(live, 500);
  });
  live.on('connect_error', () => {
    if (followers.size === 0) return;
    connection.isOpen = false;
    // Refused by the server, not by the network: the client does not retry by itself.
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
 * A phone that wakes up or is online again tries immediately instead of waiting for the back-off. A seemingly open
 * connection may have died in its sleep: a new request finds out.
 */
function wake(live: LiveSocket): void {
  if (document.visibilityState !== 'visible' || followers.size === 0) return;
  if (!live.connected || connection.isOpen === false) live.disconnect().connect();
  else for (const follower of followers) void watch(live, follower);
}
