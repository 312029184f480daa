import { connect, createServer, type Server, type Socket } from 'node:net';

/** A network between the program and a server, which the test can break. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes that, once a client sent them, cut all connections before the server's answer. */
  cutAfter: string | null;
  /** While true nothing comes back from the server, and nothing says so. */
  silent: boolean;
  /** Cuts all connections and refuses new ones. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
}

/** Starts a proxy on a free port in front of a port of this machine. */
export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const listen = async (): Promise<void> => {
    server = createServer((client) => {
      const upstream = connect(serverPort, '127.0.0.1');
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => sockets.delete(socket));
      }
      client.on('close', () => upstream.end());
      upstream.on('close', () => client.destroy());
      client.on('data', (chunk: Buffer) => {
        const cuts = proxy.cutAfter !== null && chunk.includes(proxy.cutAfter);
        if (!cuts) return void upstream.write(chunk);
        proxy.cutAfter = null;
        client.destroy();
        // The server gets it all the same.
        upstream.removeAllListeners('data').resume();
        upstream.end(chunk);
      });
      upstream.on('data', (chunk: Buffer) => {
        if (!proxy.silent) client.write(chunk);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  };
  const proxy: TcpProxy = {
    get port() {
      return port;
    },
    cutAfter: null,
    silent: false,
    async down() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    up: listen,
  };
  await listen();
  return proxy;
}
