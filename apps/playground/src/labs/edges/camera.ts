import { type Pixels, pixelsOf, workingSize } from "./pixels.ts";

/** Why there are no pictures from a camera. */
export type CameraReason = "insecure" | "refused" | "none" | "busy";

export class CameraError extends Error {
  override readonly name = "CameraError";
  readonly reason: CameraReason;

  constructor(reason: CameraReason, cause?: unknown) {
    super(`no pictures from a camera: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** By the names of getUserMedia's errors (Media Capture and Streams, W3C, § 10.2). */
const REASONS: Readonly<Record<string, CameraReason>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

/** A running camera. */
export class Camera {
  private readonly stream: MediaStream;
  private readonly video: HTMLVideoElement;
  /** It was taken away: unplugged, or refused after all. */
  private isGone = false;
  /** Ends the wait for a picture. */
  private end: () => void = () => {};

  private constructor(stream: MediaStream, video: HTMLVideoElement) {
    this.stream = stream;
    this.video = video;
    const hear = (): void => {
      this.isGone = true;
      this.end();
    };
    for (const track of stream.getTracks()) track.addEventListener("ended", hear);
  }

  /** Asks for one and starts it. @throws CameraError */
  static async start(): Promise<Camera> {
    // Browsers offer cameras to pages from https and from this machine only.
    if (!("mediaDevices" in navigator)) throw new CameraError("insecure");
    const wanted = { video: { width: { ideal: 640 }, facingMode: { ideal: "environment" } } };
    const stream = await navigator.mediaDevices.getUserMedia(wanted).catch((cause: unknown) => {
      throw new CameraError(REASONS[cause instanceof Error ? cause.name : ""] ?? "busy", cause);
    });
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
    return new Camera(stream, video);
  }

  /** The next picture that it takes; undefined if it was taken away. While the page is hidden none comes. */
  async frame(): Promise<Pixels | undefined> {
    const { video } = this;
    return new Promise((resolve) => {
      if (this.isGone) return resolve(undefined);
      this.end = () => resolve(undefined);
      const size = { width: video.videoWidth, height: video.videoHeight };
      video.requestVideoFrameCallback(() => resolve(pixelsOf(video, workingSize(size))));
    });
  }

  /** Takes no pictures for a while. */
  rest(isResting: boolean): void {
    for (const track of this.stream.getTracks()) track.enabled = !isResting;
  }

  stop(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }
}
