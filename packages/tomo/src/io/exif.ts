const orientationTag = 0x0112;
const unsignedShort = 3;

/**
 * How the camera was held, 1 (upright) to 8, from a TIFF structure as EXIF has it; 1 where it says nothing that can
 * be understood (EXIF 2.32, 4.6.2 and 4.6.4).
 */
export function exifOrientation(tiff: Buffer): number {
  const order = tiff.toString("latin1", 0, 2);
  if (tiff.length < 8 || (order !== "II" && order !== "MM")) return 1;
  const little = order === "II";
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return 1;
  const entries = Math.min(short(directory), Math.floor((tiff.length - directory - 2) / 12));
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + 12 * entry;
    if (short(at) !== orientationTag || short(at + 2) !== unsignedShort) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** For the log, or nothing where the picture is upright. */
export const orientationWarning = (tiff: Buffer): string[] => {
  const orientation = exifOrientation(tiff);
  return orientation === 1
    ? []
    : [`its EXIF orientation ${orientation} asks to show it turned; the pixels are taken as they are stored`];
};
