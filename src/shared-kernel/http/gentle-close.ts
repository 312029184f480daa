import type { Socket } from 'node:net';

/** Time for a sender to read its answer while it still sends. */
const lingerMs = 1_000;

/**
 * Ends a connection in two steps. Closing a socket with unread bytes resets it, and the reset makes
 * most senders lose the very answer that says why: so our direction is closed first, and the rest
 * is thrown away for a moment.
 *
 * @param lastBytes what to send before the end
 */
export function closeGently(socket: Socket, lastBytes = ''): void {
  socket.end(lastBytes);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
