// The only file that sees: a camera, or a photograph, and the text of the code in it.

/** Pixels on the longer side of a picture in which a code is looked for: enough for a ticket on a phone, and quick. */
const SIDE = 720;
/** Every other look is at the middle alone, where people hold a code: its part of the shorter side, and its pixels. */
const [MIDDLE, MIDDLE_SIDE] = [0.8, 360];
const PHOTO_SIDE = 1600;
/** Pause between two looks, in milliseconds. */
const PAUSE = 25;

/** Reads codes from pictures: by the browser itself where it can, by our own worker where it cannot. */
export class Reader {
  constructor() {
    this.waiting = new Map();
    this.next = 0;
  }

  /** Gets ready, so that all of it is there before the network goes. Rejects if nothing here can read codes. */
  prepare() {
    if (!this.ready) this.ready = this.begin();
    return this.ready;
  }

  async begin() {
    if (await hasDetector()) {
      this.detector = new BarcodeDetector({ formats: ["qr_code"] });
      return;
    }
    this.worker = new Worker(new URL("decoder.js", import.meta.url));
    await new Promise((resolve, reject) => {
      this.worker.onerror = () => reject(new Error("decoder"));
      this.worker.onmessage = ({ data }) => {
        if (data.ready) resolve();
        else if (data.id === undefined) reject(new Error(data.failed));
        else this.answered(data);
      };
    });
  }

  answered({ id, text }) {
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    if (resolve) resolve(text);
  }

  /** The text of the code in a canvas; null if there is none. */
  async read(canvas, isThorough = false) {
    await this.prepare();
    if (this.detector) {
      const [found] = await this.detector.detect(canvas);
      return found ? found.rawValue : null;
    }
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const id = this.next++;
    const answer = new Promise((resolve) => this.waiting.set(id, resolve));
    this.worker.postMessage({ id, image, isThorough }, [image.data.buffer]);
    return answer;
  }
}

async function hasDetector() {
  if (!("BarcodeDetector" in self)) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch (_error) {
    return false; // some systems name it and have it not
  }
}

function drawn(source, width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The middle of a picture, small. */
function middle(source, width, height) {
  const side = Math.min(width, height) * MIDDLE;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(Math.min(side, MIDDLE_SIDE));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** The text of the code in a photograph (a file); null if there is none. */
export async function readPhoto(reader, file) {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return await reader.read(drawn(image, image.naturalWidth, image.naturalHeight, PHOTO_SIDE), true);
  } finally {
    URL.revokeObjectURL(address);
  }
}

export class Camera {
  /**
   * @param {HTMLVideoElement} video
   * @param {Reader} reader
   * @param {(text: string) => void} seen called for each look that found a code, again and again while it is there
   */
  constructor(video, reader, seen) {
    Object.assign(this, { video, reader, seen });
    this.stream = null;
  }

  static get isThere() {
    return Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);
  }

  get isOn() {
    return this.stream !== null;
  }

  /** Turns the camera on. Rejects with the browser's reason (NotAllowedError, NotFoundError, NotReadableError …). */
  async start(deviceId = null) {
    this.stop();
    const facing = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "environment" };
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    this.stream = await navigator.mediaDevices.getUserMedia({ video: { ...facing, ...size }, audio: false });
    this.video.srcObject = this.stream;
    await this.video.play();
    const stream = this.stream;
    this.look(stream);
  }

  async look(stream) {
    for (let n = 0; this.stream === stream; n++) {
      const { videoWidth: width, videoHeight: height } = this.video;
      if (!document.hidden && width) {
        const canvas = n % 2 ? drawn(this.video, width, height, SIDE) : middle(this.video, width, height);
        const text = await this.reader.read(canvas);
        if (text && this.stream === stream) this.seen(text);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  stop() {
    if (!this.stream) return;
    for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  get track() {
    return this.stream && this.stream.getVideoTracks()[0];
  }

  /** The cameras of this phone: [{id, name}]; their names are known once one of them is on. */
  async list() {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all
      .filter((one) => one.kind === "videoinput")
      .map((one, n) => ({ id: one.deviceId, name: one.label || String(n + 1) }));
  }

  get hasTorch() {
    const track = this.track;
    return Boolean(track && track.getCapabilities && track.getCapabilities().torch);
  }

  async light(isOn) {
    await this.track.applyConstraints({ advanced: [{ torch: isOn }] });
  }
}
