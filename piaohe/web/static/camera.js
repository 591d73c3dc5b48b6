// The camera of the phone: opened, turned, lit, and looked at a few times a second.

import { grayOf, moved, outline, quality } from "./outline.js";

const SMALL = 240;
const STILL = 1280;
const EVERY = 120;
const STEADY = 5;
const BLURRED = 0.02;
const SHINY = 0.03;
const DARK = 70;

/** Whether this page may ask for a camera at all; on plain http browsers lend none. */
export const lendable = Boolean(navigator.mediaDevices?.getUserMedia);

/** What is wrong with a picture: "blurred", "shiny", "dim" or "". Said only where it is sure. */
export function fault(picture, corners) {
  const { sharp, light, blown } = quality(picture, corners);
  if (light < DARK) return "dim";
  if (sharp < BLURRED) return "blurred";
  return blown > SHINY ? "shiny" : "";
}

/** A picture in gray, its longer side at most so many pixels; null where it cannot be drawn. */
export async function grayFrom(source, side = STILL) {
  try {
    const image = source instanceof Blob ? await createImageBitmap(source) : source;
    const [wide, high] = [image.videoWidth || image.width, image.videoHeight || image.height];
    const share = Math.min(1, side / Math.max(wide, high));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(wide * share));
    canvas.height = Math.max(1, Math.round(high * share));
    return drawn(canvas, image);
  } catch {
    return null;
  }
}

function drawn(canvas, image) {
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return grayOf(pen.getImageData(0, 0, canvas.width, canvas.height));
}

/** A camera shown in a video element; `see` hears of every look: {corners, hint, ready}. */
export class Camera {
  constructor(video, see) {
    this.video = video;
    this.see = see;
    this.facing = "environment";
    this.canvas = document.createElement("canvas");
    this.before = null;
    this.steady = 0;
    this.taken = null;
  }

  /** Open it; gives {torch, turn}: what it can do. Throws what getUserMedia does. */
  async open() {
    this.close();
    this.stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: {
        facingMode: { ideal: this.facing },
        width: { ideal: 3840 },
        height: { ideal: 2160 },
      },
    });
    [this.track] = this.stream.getVideoTracks();
    this.video.srcObject = this.stream;
    await this.video.play();
    this.timer = setInterval(() => this.look(), EVERY);
    const devices = await navigator.mediaDevices.enumerateDevices();
    return {
      torch: Boolean(this.track.getCapabilities?.().torch),
      turn: devices.filter((device) => device.kind === "videoinput").length > 1,
    };
  }

  close() {
    clearInterval(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = this.video.srcObject = this.before = null;
    this.steady = 0;
  }

  get on() {
    return Boolean(this.stream);
  }

  async turn() {
    this.facing = this.facing === "environment" ? "user" : "environment";
    return this.open();
  }

  async light(on) {
    await this.track.applyConstraints({ advanced: [{ torch: on }] });
  }

  /** One look at what the camera sees; says what to do and whether to release the shutter. */
  look() {
    const { videoWidth: wide, videoHeight: high } = this.video;
    if (!wide || document.hidden) return;
    const share = SMALL / Math.max(wide, high);
    this.canvas.width = Math.round(wide * share);
    this.canvas.height = Math.round(high * share);
    const picture = drawn(this.canvas, this.video);
    const found = outline(picture);
    const still = this.isStill(found);
    this.steady = still ? this.steady + 1 : 0;
    this.before = found?.corners ?? null;
    const print = signature(picture);
    if (this.taken && apart(this.taken, print) > 14) this.taken = null;
    const hint = this.hint(picture, found, still);
    this.see({
      corners: found?.corners ?? null,
      hint,
      ready: hint === "cam.hold" && this.steady >= STEADY,
    });
  }

  isStill(found) {
    return Boolean(found && this.before && moved(this.before, found.corners) < 0.012);
  }

  hint(picture, found, still) {
    const { light, blown } = quality(picture, found?.corners);
    if (this.taken) return "cam.taken";
    if (light < DARK) return "cam.dark";
    if (!found) return "cam.aim";
    if (found.cut) return "cam.back";
    if (found.area < 0.16) return "cam.closer";
    if (blown > SHINY) return "cam.glare";
    return still ? "cam.hold" : "cam.still";
  }

  /** The picture as it is now: {blob, fault}. It is not taken again until something else is seen. */
  async shoot() {
    const canvas = document.createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    const corners = this.before;
    this.taken = signature(await grayFrom(canvas, SMALL));
    this.steady = 0;
    const wrong = fault(await grayFrom(canvas), corners);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    return { blob, fault: wrong };
  }

  /** Let the automatic shutter go at the same paper again. */
  again() {
    this.taken = null;
  }
}

// what is seen, in 16 x 12 cells; enough to tell one paper from the next
function signature({ gray, width, height }) {
  const cells = [];
  for (let y = 0; y < 12; y++) {
    for (let x = 0; x < 16; x++) {
      const [left, top] = [Math.floor((x * width) / 16), Math.floor((y * height) / 12)];
      const [right, low] = [Math.ceil(((x + 1) * width) / 16), Math.ceil(((y + 1) * height) / 12)];
      let sum = 0;
      for (let v = top; v < low; v++) for (let u = left; u < right; u++) sum += gray[v * width + u];
      cells.push(sum / ((right - left) * (low - top)));
    }
  }
  return cells;
}

function apart(a, b) {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}
