import type { ClientToServerEvents, ServerToClientEvents, SocketFailure } from '#domain/socket.ts';
import { ApiError } from '../api/api-error.ts';
import {
  ask,
  follow,
  isFailure,
  isFollowing,
  watchAgain,
  type Follower,
  type LiveSocket,
  type Request,
  type Topic,
} from './socket.ts';

/** What the server answers to who starts watching: everything, as it is now. */
export type Whole<Name extends Topic> = Exclude<
  Parameters<Parameters<ClientToServerEvents[`${Name}:watch`]>[1]>[0],
  SocketFailure
>;
/** What the server tells from then on. */
export type Change<Name extends Topic> = Parameters<ServerToClientEvents[`${Name}:changed`]>[0];

/** Something on a page that is followed by the socket. */
export interface Subject<Name extends Topic> {
  readonly topic: Name;
  /** The order's id, where one order of many is followed. */
  readonly orderId?: string;
  /** Returns what to ask for: from which version on, say. */
  request(): Request<Name>;
  /** Takes everything, as it is now. */
  takeWhole(whole: Whole<Name>): void | Promise<void>;
  /** Takes one change. Called after `takeWhole`, also for changes that came before it. */
  takeChange(change: Change<Name>): void;
  /** Hears that the server refuses to be watched. */
  refused(error: ApiError): void;
  /** Reads everything by HTTP. Called again and again while the subject is not followed. */
  read(): void;
  /** Milliseconds between two readings. */
  readonly readEvery: number;
}

/** How long a connection that does not stand yet has, before a list is read by HTTP for the first time. */
export const SOCKET_FIRST = 1500;

/** How many followings of this page watch the same. */
const watchers = new Map<string, number>();

/**
 * Follows a subject from `start` to `stop`. It is watched anew on every connect, and whenever something may have been
 * missed; changes that come while everything is on its way are kept until that has come, since they may be newer. While
 * the subject is not followed it is read by HTTP.
 */
export class Following<Name extends Topic> {
  readonly #subject: Subject<Name>;
  readonly #key: string;
  #socket: LiveSocket | null = null;
  #held: Change<Name>[] | null = null;
  #ends: (() => void)[] = [];
  readonly #onChanged = (change: Change<Name>): void => {
    if (this.#held) this.#held.push(change);
    else this.#subject.takeChange(change);
  };
  readonly #follower: Follower = { watch: (socket) => this.#watch(socket) };

  constructor(subject: Subject<Name>) {
    this.#subject = subject;
    this.#key = `${subject.topic} ${subject.orderId ?? ''}`;
  }

  /** Whether every change is told. */
  get isFollowed(): boolean {
    return isFollowing(this.#follower);
  }

  /** Starts following. After `firstReading` milliseconds, if given, it is read by HTTP unless it is followed by then. */
  start(firstReading?: number): void {
    const readUnlessFollowed = (): void => {
      if (!this.isFollowed) this.#subject.read();
    };
    if (firstReading === 0) this.#subject.read();
    const first =
      firstReading === undefined || firstReading === 0
        ? undefined
        : setTimeout(readUnlessFollowed, firstReading);
    const poll = setInterval(readUnlessFollowed, this.#subject.readEvery);
    watchers.set(this.#key, (watchers.get(this.#key) ?? 0) + 1);
    const end = follow(this.#follower);
    this.#ends = [() => clearTimeout(first), () => clearInterval(poll), () => this.#unwatch(), end];
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#socket = null;
    this.#held = null;
  }

  /** Asks for everything again, because something may have been missed. */
  askAgain(): void {
    if (this.#socket?.connected) watchAgain(this.#follower);
    else this.#subject.read();
  }

  async #watch(socket: LiveSocket): Promise<SocketFailure | undefined> {
    const { topic } = this.#subject;
    this.#socket = socket;
    untyped(socket).off(`${topic}:changed`, this.#onChanged).on(`${topic}:changed`, this.#onChanged);
    const held: Change<Name>[] = (this.#held = []);
    try {
      const answer = await ask(socket, topic, this.#subject.request());
      // Asked again meanwhile, or stopped: only the last answer counts.
      if (this.#held !== held) return undefined;
      if (isFailure(answer)) {
        this.#subject.refused(new ApiError(answer.error.code, answer.error.message));
        return answer;
      }
      await this.#subject.takeWhole(answer as Whole<Name>);
      return undefined;
    } finally {
      if (this.#held === held) {
        this.#held = null;
        for (const change of held) this.#subject.takeChange(change);
      }
    }
  }

  /** Tells the server, unless something else on this page watches the same. */
  #unwatch(): void {
    const { topic, orderId } = this.#subject;
    const others = (watchers.get(this.#key) ?? 1) - 1;
    if (others > 0) watchers.set(this.#key, others);
    else watchers.delete(this.#key);
    if (!this.#socket) return;
    untyped(this.#socket).off(`${topic}:changed`, this.#onChanged);
    if (others > 0 || !this.#socket.connected) return;
    untyped(this.#socket).emit(`${topic}:unwatch`, ...(orderId === undefined ? [] : [{ orderId }]));
  }
}

/** A socket without the types of its events: the compiler can't tell that a topic's name and its listener fit. */
interface Emitter {
  on(name: string, listener: (change: never) => void): Emitter;
  off(name: string, listener: (change: never) => void): Emitter;
  emit(name: string, ...request: readonly object[]): unknown;
}

function untyped(socket: LiveSocket): Emitter {
  return socket as unknown as Emitter;
}
