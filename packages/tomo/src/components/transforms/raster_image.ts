import { borrow, floatsFrom, ops, scope, type Tensor } from "@tomo/torch";
import { type MedicalImage, medicalImage } from "../../data/medical_image.ts";
import type { Raster } from "../../io/raster/raster.ts";
import { rasterSize, readRaster, verifyRaster } from "../../io/raster/read.ts";
import { boolean, fields } from "../args.ts";
import { defineFileLoader } from "./file_loader.ts";

/** LoadPng and LoadJpg: one transform under two names, since the content says what a file is. */
export const defineRasterLoader = (name: "LoadPng" | "LoadJpg", summary: string) =>
  defineFileLoader({
    name,
    summary,
    notes: [
      "Whether a file is PNG or JPEG is seen from its content, so LoadPng and LoadJpg read both.",
      "Values are those of the file: 16 bits stay 16 bits, samples of 1, 2 and 4 bits are not stretched, gamma and colour profiles are not applied. A palette becomes its colours. JPEG colours are RGB with the values of libjpeg-turbo.",
      "Axes are rows (top to bottom) and columns: HW. A picture whose red, green and blue are equal in every pixel is grey and HW too, so a list may mix grey films with films stored as RGB or RGBA; a true colour picture is HWC with three channels.",
      "as_rgb gives every picture three channels, HWC, for lists of colour pictures among which some may be grey.",
      "Alpha is left out; where a pixel is not opaque, a warning says so. The EXIF orientation is not applied, with a warning. Of an animated PNG the main picture is read.",
      "A list of files gives one channel each, in that order, channels first (CHW); all must be grey and have one size.",
      "Sets the properties original_shape and file_name; a picture has no affine.",
    ],
    args: {
      fields: fields("Names of the fields that hold a path or a list of paths."),
      as_rgb: boolean("Three channels for every picture; grey ones are repeated.").default(false),
    },
    kind: "a PNG or JPEG file",
    read: (path, { as_rgb }, warn) => rasterImage(path, readRaster(path), as_rgb, warn),
    verify: verifyRaster,
    facts: ({ as_rgb }, list) => ({
      formats: list ? ["CHW"] : as_rgb ? ["HWC"] : ["HW", "HWC"],
      channels: as_rgb && !list ? 3 : null,
      affine: false,
    }),
    look: (path, { as_rgb }) => {
      const { width, height, grey } = rasterSize(path);
      const size = [height, width];
      if (as_rgb) return { size };
      // colours that are equal everywhere are grey, which only the pixels can tell
      return grey ? { size, formats: ["HW"], channels: 1 } : { size };
    },
  });

/** A picture as float32, HW where it is grey and HWC where it is not, or where that is asked for. */
function rasterImage(
  path: string,
  raster: Raster,
  asRgb: boolean,
  warn: (message: string) => void,
): MedicalImage {
  const { width, height, transparent, warnings } = raster;
  for (const warning of warnings) warn(`${path}: ${warning}`);
  if (transparent)
    warn(`${path}: some pixels are transparent; their values are taken as if they were opaque`);
  const properties = { originalShape: [height, width], fileName: path };
  const grey = isGrey(raster);
  return scope(() => {
    const values = grey ? greyValues(raster) : colourValues(raster);
    if (grey && !asRgb) return medicalImage(values, "HW", properties);
    const rgb = grey ? ops.contiguous(ops.expand(ops.unsqueeze(values, 2), [height, width, 3])) : values;
    return medicalImage(rgb, "HWC", properties);
  });
}

/** float32 [height, width] of the first channel. */
function greyValues({ width, height, channels, data }: Raster): Tensor {
  if (channels === 1)
    return floatsFrom(data, { dtype: data instanceof Uint8Array ? "uint8" : "uint16" }, [height, width]);
  return ops.toDtype(ops.select(borrow(data, [height, width, channels]), 2, 0), "float32", {
    memoryFormat: "contiguous",
  });
}

/** float32 [height, width, 3] without alpha. */
const colourValues = ({ width, height, channels, data }: Raster): Tensor =>
  ops.toDtype(ops.slice(borrow(data, [height, width, channels]), { dim: 2, end: 3 }), "float32", {
    memoryFormat: "contiguous",
  });

/** Whether the colours of every pixel are equal. */
function isGrey({ channels, data }: Raster): boolean {
  if (channels < 3) return true;
  for (let n = 0; n < data.length; n += channels)
    if (data[n] !== data[n + 1] || data[n] !== data[n + 2]) return false;
  return true;
}
