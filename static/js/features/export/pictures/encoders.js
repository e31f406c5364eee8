/**
 * From frames to a file: GIF, and video where the browser has an encoder for it. A frame is drawn, taken, and forgotten.
 *
 * @typedef {import("./film.js").Film} Film
 * @typedef {"gif" | "webm" | "mp4"} FilmFormat
 * @typedef {{fps: number, signal: AbortSignal, done: (frames: number) => void}} EncodeOptions
 */

/** Read at run time: their own types would have the checker read the encoders themselves. */
const GIFENC = "../../../../gifenc/gifenc.esm.js";
const MEDIABUNNY = "../../../../mediabunny/mediabunny.min.mjs";

/** @returns {Promise<typeof import("mediabunny")>} */
const mediabunny = () => import(MEDIABUNNY);

/** @type {Record<"webm" | "mp4", import("mediabunny").VideoCodec[]>} In the order in which players know them. */
const CODECS = { webm: ["vp9", "vp8", "av1"], mp4: ["avc", "av1", "hevc"] };
const TYPES = { gif: "image/gif", webm: "video/webm", mp4: "video/mp4" };

/** Bits for each pixel of a second: letters and thin lines stay sharp. */
const BITS = 0.45;
/** Frames after which a video can be entered. */
const KEY_SECONDS = 2;

/** The page goes on while frames are made. @returns {Promise<void>} */
const breath = () =>
  new Promise((resolve) => {
    setTimeout(resolve);
  });

/** @param {Film} film @param {number} fps */
const bitrateOf = ({ width, height }, fps) =>
  Math.round(Math.min(20e6, Math.max(1e6, width * height * BITS * Math.max(4, fps))));

/** The files that this browser can make of such frames. @param {{width: number, height: number}} size @returns {Promise<FilmFormat[]>} */
export async function kindsFor({ width, height }) {
  if (typeof VideoEncoder === "undefined")
    return typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(TYPES.webm)
      ? ["gif", "webm"]
      : ["gif"];
  const { getFirstEncodableVideoCodec } = await mediabunny();
  const found = await Promise.all(
    /** @type {const} */ (["webm", "mp4"]).map(async (kind) =>
      (await getFirstEncodableVideoCodec(CODECS[kind], { width, height })) ? [kind] : [],
    ),
  );
  return ["gif", ...found.flat()];
}

/** @param {FilmFormat} kind @param {Film} film @param {EncodeOptions} way @returns {Promise<Blob>} */
export async function encoded(kind, film, way) {
  if (kind === "gif") return gif(film, way);
  return typeof VideoEncoder === "undefined" ? recorded(film, way) : video(kind, film, way);
}

/** One palette for all frames, from some of them, so that no colour flickers. @param {Film} film @param {EncodeOptions} way */
async function gif(film, { fps, signal, done }) {
  const { GIFEncoder, applyPalette, quantize } = await import(GIFENC);
  const pixels = (/** @type {number} */ frame) => {
    film.draw(frame);
    return (
      film.canvas.getContext("2d")?.getImageData(0, 0, film.width, film.height).data ??
      new Uint8ClampedArray()
    );
  };
  const palette = quantize(sampled(film, pixels), 256, { format: "rgb565" });
  const encoder = GIFEncoder();
  for (let frame = 0; frame < film.frames; frame += 1) {
    await breath();
    signal.throwIfAborted();
    const index = applyPalette(pixels(frame), palette, "rgb565");
    encoder.writeFrame(index, film.width, film.height, {
      delay: 1000 / fps,
      ...(frame ? {} : { palette, repeat: 0 }),
    });
    done(frame + 1);
  }
  encoder.finish();
  return new Blob([encoder.bytes()], { type: TYPES.gif });
}

/** Every few pixels of some frames. @param {Film} film @param {(frame: number) => Uint8ClampedArray} pixels */
function sampled(film, pixels) {
  const frames = [
    ...new Set([0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * (film.frames - 1)))),
  ];
  const step = Math.max(1, Math.floor((film.width * film.height * frames.length) / 400_000));
  /** @type {number[]} */
  const kept = [];
  for (const frame of frames) {
    const words = new Uint32Array(pixels(frame).slice().buffer);
    for (let k = 0; k < words.length; k += step) kept.push(/** @type {number} */ (words[k]));
  }
  return new Uint8Array(Uint32Array.from(kept).buffer);
}

/** @param {"webm" | "mp4"} kind @param {Film} film @param {EncodeOptions} way */
async function video(kind, film, { fps, signal, done }) {
  const {
    BufferTarget,
    CanvasSource,
    Mp4OutputFormat,
    Output,
    WebMOutputFormat,
    getFirstEncodableVideoCodec,
  } = await mediabunny();
  const codec = await getFirstEncodableVideoCodec(CODECS[kind], {
    width: film.width,
    height: film.height,
  });
  if (!codec) throw new Error(`no encoder for ${kind}`);
  const target = new BufferTarget();
  const output = new Output({
    format: kind === "webm" ? new WebMOutputFormat() : new Mp4OutputFormat(),
    target,
  });
  const source = new CanvasSource(film.canvas, {
    codec,
    bitrate: bitrateOf(film, fps),
    keyFrameInterval: KEY_SECONDS,
  });
  output.addVideoTrack(source, { frameRate: fps });
  try {
    await output.start();
    for (let frame = 0; frame < film.frames; frame += 1) {
      await breath();
      signal.throwIfAborted();
      film.draw(frame);
      await source.add(frame / fps, 1 / fps);
      done(frame + 1);
    }
    await output.finalize();
  } catch (error) {
    await output.cancel().catch(() => undefined);
    throw error;
  }
  return new Blob([target.buffer ?? new ArrayBuffer(0)], { type: TYPES[kind] });
}

/** Where there is no encoder of frames, the canvas is recorded while it is drawn, in the time that it will play.
 * @param {Film} film @param {EncodeOptions} way @returns {Promise<Blob>} */
async function recorded(film, { fps, signal, done }) {
  const stream = film.canvas.captureStream(fps);
  const recorder = new MediaRecorder(stream, {
    mimeType: TYPES.webm,
    videoBitsPerSecond: bitrateOf(film, fps),
  });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => {
    recorder.addEventListener("stop", resolve, { once: true });
  });
  try {
    recorder.start();
    for (let frame = 0; frame < film.frames; frame += 1) {
      film.draw(frame);
      await new Promise((resolve) => {
        setTimeout(resolve, 1000 / fps);
      });
      signal.throwIfAborted();
      done(frame + 1);
    }
  } finally {
    recorder.stop();
    await stopped;
    for (const track of stream.getTracks()) track.stop();
  }
  return new Blob(parts, { type: TYPES.webm });
}
