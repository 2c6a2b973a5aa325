import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The part of the global that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** What is used of libjpeg-turbo, compiled to WebAssembly. */
interface Decoder {
  /** Memory for the compressed bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  /** Throws, for warnings of libjpeg too. */
  decode(): void;
  /** A view of the codec's memory: copy it. */
  getDecodedBuffer(): ArrayBufferView;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  delete(): void;
}

/** The object that Emscripten fills in. */
interface Codec {
  JPEGDecoder: new () => Decoder;
  HEAPU8: Uint8Array;
}
interface CodecHooks {
  readonly instantiateWasm: (imports: object, receive: (instance: object, module: object) => void) => object;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

/** Its memory never shrinks: a codec that grew beyond this is dropped after use. */
const mostMemory = 2 ** 28;

const require = createRequire(import.meta.url);
let compiled: object | null = null;
let codec: Codec | null = null;

/**
 * Samples of a JPEG, row by row, channels side by side: grey as stored, colours as RGB, with libjpeg-turbo's defaults
 * (accurate integer DCT, smooth upsampling of colour).
 * @throws whatever the codec throws for data that it cannot decode or warns of
 */
export function decodeWithTurbo(bytes: Uint8Array): {
  data: Uint8Array;
  width: number;
  height: number;
  channels: number;
} {
  codec ??= openCodec();
  const decoder = new codec.JPEGDecoder();
  let intact = true;
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount: channels } = decoder.getFrameInfo();
    const { buffer, byteOffset, byteLength } = decoder.getDecodedBuffer();
    const data = new Uint8Array(buffer, byteOffset, byteLength).slice();
    return { data, width, height, channels };
  } catch (error) {
    // C++ exceptions come as numbers; anything else may have left the memory in disorder
    intact = typeof error === "number";
    throw error;
  } finally {
    if (intact) decoder.delete();
    if (!intact || codec.HEAPU8.length > mostMemory) codec = null;
  }
}

/** Loaded at the first JPEG, some 50 ms, and at once: with instantiateWasm nothing is left to wait for. */
function openCodec(): Codec {
  const open: (
    hooks: CodecHooks & Partial<Codec>,
  ) => Promise<unknown> = require("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs");
  const path = require.resolve("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm");
  compiled ??= new WebAssembly.Module(readFileSync(path));
  const module = compiled;
  const hooks: CodecHooks & Partial<Codec> = {
    instantiateWasm: (imports, receive) => {
      const instance = new WebAssembly.Instance(module, imports);
      receive(instance, module);
      return instance.exports;
    },
    print: () => {},
    printErr: () => {},
  };
  open(hooks).catch(() => {});
  const { JPEGDecoder, HEAPU8 } = hooks;
  if (JPEGDecoder === undefined || HEAPU8 === undefined) throw new Error("libjpeg-turbo did not start");
  return hooks as CodecHooks & Codec;
}
