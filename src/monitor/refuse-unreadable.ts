/** What the monitor answers to bytes that are no HTTP request. */
import type { Server } from "node:http";

const ANSWERS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};
const ANY_OTHER = "400 Bad Request";

/** For how long more is read of a client that was refused. */
const PATIENCE_MS = 5_000;

/**
 * Answers, and then reads and forgets what is still on its way: a socket that is closed with bytes unread is reset, and the client
 * may never see the answer (RFC 9112, section 9.6). Node's own answer does that.
 */
export function refuseUnreadable(server: Server): void {
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Each piece that is read after the answer comes here, too.
    if (!socket.writable) return;
    const deadline = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.once("close", () => {
      clearTimeout(deadline);
    });
    socket.end(`HTTP/1.1 ${ANSWERS[error.code ?? ""] ?? ANY_OTHER}\r\nConnection: close\r\n\r\n`);
  });
}
