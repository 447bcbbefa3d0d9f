import type { MessagePort } from "node:worker_threads";
import { RuntimeError } from "@unfoldjs/tensor-core";
import { builtin, placeOf } from "../io/host.ts";
import { assertReadable, type DecodeOptions } from "../io/options.ts";
import { decodePurely } from "../io/pure.ts";
import { noSharp, pictureOf, type SharpAnswer, sharpOrder, undecodable } from "../io/sharp.ts";
import type { Picture } from "../picture/picture.ts";

/** Longer than any picture takes. */
const LIMIT_MS = 60_000;

/** A thread that decodes what comes, and says so in shared memory: `batches` asks for examples without an `await`, and sharp has none. */
const PROGRAM = `
const { workerData: { port, signal, place } } = require("node:worker_threads");
port.on("message", async ({ bytes, options, steps }) => {
  let answer;
  try {
    let image = require(place)(bytes, options);
    for (const [name, ...args] of steps) image = image[name](...args);
    answer = await image.toBuffer({ resolveWithObject: true });
  } catch (error) {
    answer = { problem: String(error?.message ?? error) };
  }
  port.postMessage(answer);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
});`;

interface Thread {
  readonly port: MessagePort;
  readonly signal: Int32Array<SharedArrayBuffer>;
}

let thread: Thread | undefined;

/** `decodePicture` of a file's bytes without waiting for a promise. Node only. */
export function decodeNow(op: string, bytes: Uint8Array<ArrayBuffer>, options: DecodeOptions): Picture {
  const readable = assertReadable(op, bytes, options);
  const place = options.decoder === "pure" ? undefined : placeOf("sharp");
  if (place === undefined) {
    if (options.decoder === "sharp") throw noSharp(op, readable.came, "the package sharp is not installed");
    return decodePurely(op, readable);
  }
  const answer = asked(op, place, { bytes, ...sharpOrder(readable) });
  if ("problem" in answer) throw undecodable(op, readable, answer.problem);
  return pictureOf(answer, readable);
}

function asked(op: string, place: string, order: object): SharpAnswer | { readonly problem: string } {
  const threads = builtin("node:worker_threads");
  if (threads === undefined) throw new RuntimeError(op, {}, "there are no threads here to decode in");
  thread ??= started(threads, place);
  const { port, signal } = thread;
  const answers = Atomics.load(signal, 0);
  port.postMessage(order);
  if (Atomics.wait(signal, 0, answers, LIMIT_MS) === "timed-out") {
    thread = undefined;
    throw new RuntimeError(op, { seconds: LIMIT_MS / 1000 }, "the thread that decodes pictures does not answer");
  }
  const message: { message: SharpAnswer | { problem: string } } | undefined = threads.receiveMessageOnPort(port);
  if (message === undefined) throw new RuntimeError(op, {}, "the thread that decodes pictures says nothing");
  return message.message;
}

function started(threads: NonNullable<ReturnType<typeof builtin<"node:worker_threads">>>, place: string): Thread {
  const { port1: port, port2 } = new threads.MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { port: port2, signal, place };
  const worker = new threads.Worker(PROGRAM, { eval: true, execArgv: [], workerData, transferList: [port2] });
  worker.unref();
  port.unref();
  return { port, signal };
}
