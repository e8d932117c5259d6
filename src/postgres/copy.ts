/** COPY from one server into another. Rows pass through as the server framed them, so that the tool is not the bottleneck. */
import type { Socket } from "node:net";

import type pg from "pg";

/** What the driver's connection has and its types do not tell. */
interface Wire {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFail(reason: string): void;
}
type DataListener = (chunk: Buffer) => void;

const HEADER_BYTES = 5;
const COPY_DATA = 0x64;
/** CopyOutResponse, NoticeResponse, ParameterStatus, NotificationResponse: may stand before and between rows. */
const PASSED_OVER = new Set([0x48, 0x4e, 0x53, 0x41]);
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/** Runs `copy … to stdout` on one connection into `copy … from stdin` on another. Throws what either server said. */
export async function copyAcross(from: pg.Client, out: string, to: pg.Client, into: string): Promise<void> {
  const sink = new CopyIn(into);
  to.query(sink);
  const target = await sink.isReady;
  const source = new CopyOut(out, target.stream);
  // Once the subscriber has refused a row, the rest is read and dropped.
  sink.isDone.catch(() => source.discard());
  from.query(source);
  try {
    await source.isDone;
  } catch (error) {
    // The server reads a frame to its end before it hears anything else.
    target.stream.write(Buffer.alloc(source.owedBytes));
    target.sendCopyFail("the provider stopped");
    await sink.isDone.catch(() => undefined);
    throw error;
  }
  if (!sink.hasFailed) target.stream.write(COPY_DONE);
  await sink.isDone;
}

/** A query of the driver's that ends with a promise. */
abstract class WireQuery {
  readonly isDone: Promise<void>;
  protected resolveDone: () => void = () => undefined;
  protected rejectDone: (error: Error) => void = () => undefined;
  protected readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.isDone = new Promise((resolve, reject) => {
      this.resolveDone = resolve;
      this.rejectDone = reject;
    });
    // Whoever waits for it sees the error; nobody has to.
    this.isDone.catch(() => undefined);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.resolveDone();
  }
}

/** `copy … from stdin`: once it is ready, frames may be written to the connection's stream. */
class CopyIn extends WireQuery {
  readonly isReady: Promise<Wire>;
  hasFailed = false;
  #resolveReady: (wire: Wire) => void = () => undefined;
  #rejectReady: (error: Error) => void = () => undefined;

  constructor(text: string) {
    super(text);
    this.isReady = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
  }

  submit(connection: object): void {
    (connection as Wire).query(this.text);
  }

  handleCopyInResponse(wire: Wire): void {
    this.#resolveReady(wire);
  }

  handleError(error: Error): void {
    this.hasFailed = true;
    this.#rejectReady(error);
    this.rejectDone(error);
  }
}

/** `copy … to stdout`: takes the connection's data away from the driver and passes the frames of rows on unchanged. */
class CopyOut extends WireQuery {
  readonly #sink: Socket;
  #stream: Socket | undefined;
  #driver: DataListener | undefined;
  #isDiscarding = false;
  /** Bytes that the sink still waits for: the rest of a frame that it has the beginning of. */
  #owed = 0;
  /** Bytes of the present frame that are still to come, and whether they are a row's. */
  #rest = 0;
  #isRow = false;
  /** The beginning of a header that the last chunk ended with. */
  #head: Buffer | undefined;

  constructor(text: string, sink: Socket) {
    super(text);
    this.#sink = sink;
  }

  submit(connection: object): void {
    const wire = connection as Wire;
    this.#stream = wire.stream;
    this.#driver = wire.stream.listeners("data")[0] as DataListener;
    wire.stream.off("data", this.#driver);
    wire.stream.on("data", this.#take);
    this.#sink.on("drain", this.#resume);
    wire.query(this.text);
  }

  get owedBytes(): number {
    return this.#owed;
  }

  /** What comes from now on goes nowhere, but for the rest of a frame that has begun. */
  discard(): void {
    this.#isDiscarding = true;
    this.#resume();
  }

  handleError(error: Error): void {
    this.#giveBack();
    this.rejectDone(error);
  }

  readonly #resume = (): void => void this.#stream?.resume();

  readonly #take = (data: Buffer): void => {
    const chunk = this.#head === undefined ? data : Buffer.concat([this.#head, data]);
    this.#head = undefined;
    let start = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest === 0) {
        if (chunk.length - at < HEADER_BYTES) break;
        const kind = chunk.readUInt8(at);
        const isRow = kind === COPY_DATA;
        if (!isRow) {
          this.#pass(chunk, start, at);
          // The end, or an error: the driver's to read.
          if (!PASSED_OVER.has(kind)) return this.#giveBack(chunk.subarray(at));
        }
        if (isRow && !this.#isRow) start = at;
        this.#isRow = isRow;
        this.#rest = chunk.readUInt32BE(at + 1) + 1;
      }
      const step = Math.min(this.#rest, chunk.length - at);
      this.#rest -= step;
      at += step;
    }
    this.#pass(chunk, start, at);
    if (at < chunk.length) this.#head = chunk.subarray(at);
  };

  /** Rows only: before another kind of frame, and at the end of a chunk. */
  #pass(chunk: Buffer, start: number, end: number): void {
    if (!this.#isRow) return;
    const wanted = this.#isDiscarding ? Math.min(end, start + this.#owed) : end;
    this.#owed = this.#isDiscarding ? this.#owed - (wanted - start) : this.#rest;
    if (wanted === start) return;
    const hasRoom = this.#sink.write(chunk.subarray(start, wanted));
    if (!hasRoom && !this.#isDiscarding) this.#stream?.pause();
  }

  #giveBack(unread?: Buffer): void {
    if (this.#driver === undefined) return;
    this.#stream?.off("data", this.#take);
    this.#stream?.on("data", this.#driver);
    this.#sink.off("drain", this.#resume);
    const driver = this.#driver;
    this.#driver = undefined;
    this.#resume();
    if (unread !== undefined) driver(unread);
  }
}
