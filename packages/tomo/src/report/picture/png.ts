import { writeFileAtomic } from "../../io/atomic_file.ts";
import type { Picture } from "./picture.ts";

/** PNG bytes of a picture. */
export async function encodePng({ width, height, rgb }: Picture): Promise<Uint8Array> {
  // loaded when first needed: the start of the program must not wait for it
  const { default: sharp } = await import("sharp");
  sharp.concurrency(1);
  const bytes = new Uint8Array(rgb.buffer, rgb.byteOffset, rgb.byteLength);
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 7 })
    .toBuffer();
}

/** @throws TomoError TOMO_WRITE_FAILED */
export async function writePng(path: string, picture: Picture): Promise<void> {
  writeFileAtomic(path, await encodePng(picture));
}
