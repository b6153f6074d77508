/** The lists that staff watch: the board, and what is to be paid at the counter. */

import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { startBoardFeed } from './board-feed.ts';
import { startCounterFeed } from './counter-feed.ts';
import type { OrderFeed } from './order-feed.ts';

const BOARD_ROOM = 'board';
const COUNTER_ROOM = 'counter';

export interface StaffLists {
  /** Lets a socket watch and leave the lists. `answer` runs what a request asks for, for staff alone. */
  attach(
    socket: Pick<Socket<ClientToServerEvents, ServerToClientEvents>, 'on' | 'join' | 'leave'>,
    answer: (ack: unknown, work: () => Promise<unknown>) => void,
  ): void;
  stop(): void;
}

/** `reads` says whether a socket keeps up; one that does not is told nothing more. */
export function startStaffLists<Data>(options: {
  io: Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Data>;
  config: Config;
  orders: Database;
  /** The most orders that the board has; for tests. */
  boardLimit?: number | undefined;
  feed: OrderFeed;
  logger: Logger;
  reads: (socket: Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Data>) => boolean;
}): StaffLists {
  const { io, reads } = options;
  const membersOf = (room: string) => io.sockets.adapter.rooms.get(room) ?? new Set<string>();
  function* readersOf(room: string) {
    for (const id of membersOf(room)) {
      const socket = io.sockets.sockets.get(id);
      if (socket && reads(socket)) yield socket;
    }
  }

  const board = startBoardFeed({
    ...options,
    ...(options.boardLimit !== undefined && { limit: options.boardLimit }),
    isWatched: () => membersOf(BOARD_ROOM).size > 0,
    emit: (orders) => {
      for (const socket of readersOf(BOARD_ROOM)) socket.emit('board:changed', { orders });
    },
  });
  const counter = startCounterFeed({
    ...options,
    isWatched: () => membersOf(COUNTER_ROOM).size > 0,
    emit: (change) => {
      for (const socket of readersOf(COUNTER_ROOM)) socket.emit('counter:changed', change);
    },
  });

  return {
    attach: (socket, answer) => {
      // Joined before it is read: what changes meanwhile is told after, and the newer version wins.
      socket.on('board:watch', (_request, ack) =>
        answer(ack, async () => {
          await socket.join(BOARD_ROOM);
          return board.read();
        }),
      );
      socket.on('board:unwatch', () => void socket.leave(BOARD_ROOM));
      socket.on('counter:watch', (_request, ack) =>
        answer(ack, async () => {
          await socket.join(COUNTER_ROOM);
          return counter.read();
        }),
      );
      socket.on('counter:unwatch', () => void socket.leave(COUNTER_ROOM));
    },
    stop: () => {
      board.stop();
      counter.stop();
    },
  };
}
