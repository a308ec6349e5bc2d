// Shows the square of a photograph that is about to be sent, and sends that square alone: a hundred kilobytes, not
// five million. Without it, the server takes the middle, or the part that was chosen in words.

const SIDE = 960; // pixels that are sent; the server keeps 640
const LEAST = 320; // pixels that the server needs

const tool = document.querySelector(".crop");
const words = document.querySelector(".crop-words");
const form = tool.closest("form");
const file = form.querySelector("input[type=file]");
const canvas = tool.querySelector("canvas");
const [left, top, size] = ["left", "top", "size"].map((name) => tool.querySelector(`[name=${name}]`));
let image = null;

// The side of the square and its corner, in pixels of the picture.
function square() {
  const side = (Math.min(image.naturalWidth, image.naturalHeight) * size.value) / 100;
  const x = ((image.naturalWidth - side) * left.value) / 100;
  const y = ((image.naturalHeight - side) * top.value) / 100;
  return { x, y, side };
}

function draw(onto) {
  const { x, y, side } = square();
  const paper = onto.getContext("2d");
  paper.fillStyle = "#fff"; // what is transparent is white, as on the server
  paper.fillRect(0, 0, onto.width, onto.height);
  paper.imageSmoothingQuality = "high";
  paper.drawImage(image, x, y, side, side, 0, 0, onto.width, onto.height);
}

function show(isReady) {
  tool.hidden = tool.disabled = !isReady;
  words.hidden = isReady;
}

file.addEventListener("change", () => {
  show(false);
  image = null;
  const [chosen] = file.files;
  if (!chosen) return;
  const picture = new Image();
  picture.onload = () => {
    const least = Math.min(picture.naturalWidth, picture.naturalHeight);
    if (least < LEAST) return; // the server says so
    image = picture;
    size.min = Math.ceil((100 * LEAST) / least);
    [left.value, top.value, size.value] = [50, 30, 100];
    show(true);
    draw(canvas);
  };
  // What the browser cannot show goes to the server as it is, which says why.
  picture.src = URL.createObjectURL(chosen);
});

tool.addEventListener("input", () => draw(canvas));

let held = null;

canvas.addEventListener("pointerdown", (event) => {
  held = { x: event.clientX, y: event.clientY, left: +left.value, top: +top.value };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (!held) return;
  const { side } = square();
  const scale = side / canvas.clientWidth;
  const pull = (from, by, room) => (room > 0 ? from - (100 * by * scale) / room : from);
  left.value = pull(held.left, event.clientX - held.x, image.naturalWidth - side);
  top.value = pull(held.top, event.clientY - held.y, image.naturalHeight - side);
  draw(canvas);
});
for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (held = null));
canvas.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    size.value = +size.value + Math.sign(event.deltaY) * 3;
    draw(canvas);
  },
  { passive: false },
);

form.addEventListener("submit", (event) => {
  if (!image || typeof DataTransfer !== "function") return;
  event.preventDefault();
  const sent = document.createElement("canvas");
  sent.width = sent.height = Math.max(LEAST, Math.min(SIDE, Math.round(square().side)));
  draw(sent);
  sent.toBlob(
    (blob) => {
      if (blob) {
        try {
          const files = new DataTransfer();
          files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
          file.files = files.files;
          [left.value, top.value, size.value] = [50, 50, 100];
        } catch {
          // A browser that lets nobody change a chosen file sends the whole one, with its square.
        }
      }
      form.submit();
    },
    "image/jpeg",
    0.92,
  );
});
