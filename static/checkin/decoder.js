// A worker that reads codes from pictures, beside the page, so that the page never stands still.
//
// zxing-wasm (MIT; ZXing-C++, Apache-2.0) lies in vendor/ as it was published.

// The library asks for this of newer browsers alone.
if (!Object.hasOwn) Object.hasOwn = (object, name) => Object.prototype.hasOwnProperty.call(object, name);

const FOLDER = "vendor/zxing-wasm-3.1.4/";
importScripts(`${FOLDER}reader.js`);

ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => FOLDER + name }, fireImmediately: true })
  .then(() => postMessage({ ready: true }))
  .catch((error) => postMessage({ failed: String(error) }));

const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: false, tryInvert: true, tryRotate: true };

onmessage = async ({ data: { id, image, isThorough } }) => {
  try {
    const [found] = await ZXingWASM.readBarcodes(image, { ...OPTIONS, tryHarder: Boolean(isThorough) });
    postMessage({ id, text: found && found.isValid ? found.text : null });
  } catch (error) {
    postMessage({ id, text: null, failed: String(error) });
  }
};
