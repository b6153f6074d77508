/** Types of our Socket.IO server and its sockets. `Data` is what is kept of each socket. */

import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '../../domain/socket.ts';
import type { Client } from '../http/client-address.ts';
import type { Person } from '../people/people.ts';

/** Who has connected, and from where. */
export interface Connected {
  person: Person;
  client: Client;
}

export type ServerOf<Data> = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Data>;
export type SocketOf<Data> = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Data>;
