import type { Socket } from 'socket.io';

const MAX_REQUESTS = 200;
const WINDOW_MS = 10_000;

/** Disconnects a socket that sends more requests than a page ever does. */
export function limitRequests(socket: Socket): void {
  let count = 0;
  let windowEnd = 0;
  socket.use((_request, next) => {
    if (Date.now() > windowEnd) {
      count = 0;
      windowEnd = Date.now() + WINDOW_MS;
    }
    count += 1;
    if (count > MAX_REQUESTS) socket.disconnect(true);
    else next();
  });
}
