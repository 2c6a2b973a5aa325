import { defineRasterLoader } from "./raster_image.ts";

export const LoadPng = defineRasterLoader(
  "LoadPng",
  "Reads PNG or JPEG pictures as float32 arrays, exactly.",
);
