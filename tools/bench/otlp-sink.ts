/*
 * A collector in a process of its own, so that its work does not count as ours. Tells its parent
 * first where it listens, then after each request how many spans it has.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

let spans = 0;

const server = createServer((request, response) => {
  void text(request).then((body) => {
    spans += body.match(/"spanId"/g)?.length ?? 0;
    response.end('{}');
    process.send?.(spans);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('disconnect', () => process.exit(0));
