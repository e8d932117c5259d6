/** A loopback port for a server. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below Linux's and macOS's range for outgoing connections, so that a stopped server finds its port free again. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** A port on 127.0.0.1 that nobody listens on now. Somebody else may take it before you do: try again then. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
