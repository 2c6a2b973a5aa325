import { defineRasterLoader } from "./raster_image.ts";

export const LoadJpg = defineRasterLoader(
  "LoadJpg",
  "Reads JPEG or PNG pictures as float32 arrays; as LoadPng.",
);
