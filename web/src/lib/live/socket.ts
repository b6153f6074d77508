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
let followers = 0;

/** What a follower does: `onConnected` at once if connected, and after every connect. */
export interface Follower {
  readonly onConnected: (socket: LiveSocket) => void;
  /** Called on the loss of the connection. */
  readonly onLost?: () => void;
}

/** Opens the socket if need be and keeps the follower informed. Returns what ends it. */
export function follow(follower: Follower): () => void {
  const live = openSocket();
  const connected = (): void => follower.onConnected(live);
  const lost = (): void => follower.onLost?.();
  live.on('connect', connected);
  live.on('disconnect', lost);
  followers += 1;
  if (live.connected) connected();
  else if (!live.active) live.connect();
  return () => {
    live.off('connect', connected);
    live.off('disconnect', lost);
    followers -= 1;
    if (followers === 0) closeSocket(live);
  };
}

/** Opens the connection anew, so that the server learns of a new session; followers ask again by themselves. */
export function reconnect(): void {
  if (!socket || followers === 0) return;
  socket.disconnect();
  socket.connect();
}

/** True for the refusing kind of ack. */
export function isFailure<Answer extends object>(answer: Answer | SocketFailure): answer is SocketFailure {
  return 'error' in answer;
}

/** Emits and waits for the ack at most five seconds; rejects when none comes. */
export function ask<Name extends 'order:watch' | 'board:watch'>(
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
  live.on('connect', () => (connection.state = 'live'));
  live.on('disconnect', (reason) => {
    if (followers === 0) return;
    connection.state = 'lost';
    // After a disconnect by the server the client does not try again by itself.
    if (reason === 'io server disconnect') setTimeout(() => followers > 0 && live.connect(), 500);
  });
  live.on('connect_error', () => {
    if (followers === 0) return;
    connection.state = 'lost';
    // Refused by the server (its middleware), not by the network: the client does not try again by itself.
    if (!live.active) setTimeout(() => followers > 0 && !live.active && live.connect(), 3000);
  });
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('offline', () => {
    if (followers > 0) connection.state = 'lost';
  });
  connection.state = 'connecting';
  socket = live;
  return live;
}

/** A phone that wakes up, or is online again, tries at once instead of waiting out the back-off. */
function wake(): void {
  if (document.visibilityState !== 'visible' || followers === 0 || !socket) return;
  if (socket.connected) {
    if (connection.state === 'lost') socket.disconnect().connect();
    return;
  }
  socket.disconnect().connect();
}

function closeSocket(live: LiveSocket): void {
  live.disconnect();
  connection.state = 'idle';
}
