/** The lists that staff watch: the board, and the orders to be paid at the counter. */

import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { Board } from '../../domain/contract/board.ts';
import type { Role } from '../../domain/permissions.ts';
import type { WholeCounter } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import {
  BOARD_LIMIT,
  BOARD_VIEWS,
  boardViewOf,
  presentOnBoard,
  readBoard,
  type BoardView,
} from '../orders/board.ts';
import { startBoardFeed } from './board-feed.ts';
import type { ServerOf, SocketOf } from './connection.ts';
import { startCounterFeed } from './counter-feed.ts';
import type { OrderFeed } from './order-feed.ts';

const COUNTER_ROOM = 'counter';
/** Each view has a separate room, so that nobody gets data above her role. */
const boardRoom = (view: BoardView) => `board:${view}`;

type Member = Pick<SocketOf<unknown>, 'join' | 'leave'>;

export interface StaffLists {
  /** Joins the board as this role may see it, and returns all of it. */
  watchBoard(socket: Member, role: Role): Promise<Board>;
  unwatchBoard(socket: Member): void;
  watchCounter(socket: Member): Promise<WholeCounter>;
  unwatchCounter(socket: Member): void;
  stop(): void;
}

/** `reads` returns whether a socket keeps up; one that does not gets no further messages. */
export function startStaffLists<Data>(options: {
  io: ServerOf<Data>;
  config: Config;
  orders: Database;
  /** The maximum size of the board; for tests. */
  boardLimit?: number | undefined;
  feed: OrderFeed;
  logger: Logger;
  reads: (socket: SocketOf<Data>) => boolean;
}): StaffLists {
  const { io, reads, config, orders, boardLimit: limit = BOARD_LIMIT } = options;
  const membersOf = (room: string) => io.sockets.adapter.rooms.get(room) ?? new Set<string>();
  function* readersOf(room: string) {
    for (const id of membersOf(room)) {
      const socket = io.sockets.sockets.get(id);
      if (socket && reads(socket)) yield socket;
    }
  }

  const board = startBoardFeed({
    ...options,
    isWatched: () => BOARD_VIEWS.some((view) => membersOf(boardRoom(view)).size > 0),
    emit: (records) => {
      for (const view of BOARD_VIEWS) {
        if (membersOf(boardRoom(view)).size === 0) continue;
        const batch = { orders: records.map((record) => presentOnBoard(config, view, record)) };
        for (const socket of readersOf(boardRoom(view))) socket.emit('board:changed', batch);
      }
    },
  });
  const counter = startCounterFeed({
    ...options,
    isWatched: () => membersOf(COUNTER_ROOM).size > 0,
    emit: (change) => {
      for (const socket of readersOf(COUNTER_ROOM)) socket.emit('counter:changed', change);
    },
  });

  // Joins the room before it reads, so that no change in between is lost; the newer version wins.
  return {
    watchBoard: async (socket, role) => {
      const view = boardViewOf(role);
      await socket.join(boardRoom(view));
      return readBoard(orders, { config, view, limit });
    },
    unwatchBoard: (socket) => {
      for (const view of BOARD_VIEWS) void socket.leave(boardRoom(view));
    },
    watchCounter: async (socket) => {
      await socket.join(COUNTER_ROOM);
      return counter.read();
    },
    unwatchCounter: (socket) => void socket.leave(COUNTER_ROOM),
    stop: () => {
      board.stop();
      counter.stop();
    },
  };
}
