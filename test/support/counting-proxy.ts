/** A line between two servers that counts what passes. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface CountingProxy extends AsyncDisposable {
  readonly port: number;
  /** What the server behind it has sent through all connections so far. */
  sentBytes(): number;
  close(): Promise<void>;
}

/** A loopback port that leads to another one. */
export async function countingProxy(target: number): Promise<CountingProxy> {
  let sentBytes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    far.on("data", (data) => (sentBytes += data.length));
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      // Either end may break off at any time: the other one learns it.
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    port: (server.address() as AddressInfo).port,
    sentBytes: () => sentBytes,
    close,
    [Symbol.asyncDispose]: close,
  };
}
