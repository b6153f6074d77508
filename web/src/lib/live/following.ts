import type { ClientToServerEvents, ServerToClientEvents, SocketFailure } from '#domain/socket.ts';
import type { ApiError } from '../api/api-error.ts';
import { refuse } from '../api/refuse.ts';
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

/** The acknowledgment of a watch request: a full snapshot. */
export type Whole<Name extends Topic> = Exclude<
  Parameters<Parameters<ClientToServerEvents[`${Name}:watch`]>[1]>[0],
  SocketFailure
>;
/** The changes that the server sends afterwards. */
export type Change<Name extends Topic> = Parameters<ServerToClientEvents[`${Name}:changed`]>[0];

/** A subject that a page follows by socket. */
export interface Subject<Name extends Topic> {
  readonly topic: Name;
  /** Which one, if there are several: `{ orderId }`, `{ tabId }`. */
  readonly about?: Readonly<Record<string, string>>;
  /** Returns the watch request, such as the version to start from. */
  request(): Request<Name>;
  /** Applies a full snapshot. */
  takeWhole(whole: Whole<Name>): void | Promise<void>;
  /** Applies one change. Called after `takeWhole`, also for changes that arrived earlier. */
  takeChange(change: Change<Name>): void;
  /** Other events of the subject, by name; they have no versions, and only the last one counts. */
  readonly besides?: Readonly<Record<string, (message: never) => void>>;
  /** Called if the server refuses the watch request. */
  refused(error: ApiError): void;
  /** Reads a snapshot by HTTP. Called repeatedly while the subject is not followed. */
  read(): void;
  /** Milliseconds between two reads. */
  readonly readEvery: number;
}

/** Grace period of a connecting socket before a list is first read by HTTP. */
export const SOCKET_FIRST = 1500;

/** Number of followings of the same subject on this page. */
const watchers = new Map<string, number>();

/**
 * Follows a subject from `start` to `stop`. It is watched again on every connect and after every possible gap. Changes
 * that arrive before the snapshot are buffered, since they may be newer. While the subject is not followed, it is read
 * by HTTP.
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
    this.#key = `${subject.topic} ${JSON.stringify(subject.about ?? {})}`;
  }

  /** Whether every change is received. */
  get isFollowed(): boolean {
    return isFollowing(this.#follower);
  }

  /**
   * Starts following. If `firstReading` is given, reads by HTTP after that many milliseconds unless followed by then.
   */
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

  /** Requests a new snapshot after a possible gap. */
  askAgain(): void {
    if (this.#socket?.connected) watchAgain(this.#follower);
    else this.#subject.read();
  }

  async #watch(socket: LiveSocket): Promise<SocketFailure | undefined> {
    const { topic } = this.#subject;
    this.#socket = socket;
    this.#unlisten(socket);
    untyped(socket).on(`${topic}:changed`, this.#onChanged);
    for (const [name, take] of Object.entries(this.#subject.besides ?? {})) untyped(socket).on(name, take);
    const held: Change<Name>[] = (this.#held = []);
    try {
      const answer = await ask(socket, topic, this.#subject.request());
      const refusal = isFailure(answer) && (await refuse(answer.error.code));
      // Requested again meanwhile, or stopped: only the last response counts.
      if (this.#held !== held) return undefined;
      if (isFailure(answer)) {
        if (refusal) this.#subject.refused(refusal);
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

  /** Unwatches on the server, unless another following of this page watches the same. */
  #unwatch(): void {
    const { topic, about } = this.#subject;
    const others = (watchers.get(this.#key) ?? 1) - 1;
    if (others > 0) watchers.set(this.#key, others);
    else watchers.delete(this.#key);
    if (!this.#socket) return;
    this.#unlisten(this.#socket);
    if (others > 0 || !this.#socket.connected) return;
    untyped(this.#socket).emit(`${topic}:unwatch`, ...(about === undefined ? [] : [about]));
  }

  #unlisten(socket: LiveSocket): void {
    untyped(socket).off(`${this.#subject.topic}:changed`, this.#onChanged);
    for (const [name, take] of Object.entries(this.#subject.besides ?? {})) untyped(socket).off(name, take);
  }
}

/** A socket without event types: the compiler cannot match a topic's name with its listener. */
interface Emitter {
  on(name: string, listener: (change: never) => void): Emitter;
  off(name: string, listener: (change: never) => void): Emitter;
  emit(name: string, ...request: readonly object[]): unknown;
}

function untyped(socket: LiveSocket): Emitter {
  return socket as unknown as Emitter;
}
