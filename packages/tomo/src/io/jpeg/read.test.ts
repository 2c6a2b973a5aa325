import { describe, expect, it } from "vitest";
import { tomoErrorOf } from "../../testing/tomo_error_of.ts";
import { decodeJpeg } from "./read.ts";
import { goldenJpegs, jpegNamed } from "./testing/golden_jpegs.ts";

const path = "/films/film.jpg";
const decode = (file: Buffer) => decodeJpeg(file, path);
const refused = (file: Buffer) => tomoErrorOf(() => decode(file));
const [grey, colour, progressive] = [jpegNamed("grey"), jpegNamed("4:2:0"), jpegNamed("4:2:0, progressive")];

/** Position of the marker segment with this code, from the beginning. */
const find = (file: Buffer, marker: number) => file.indexOf(Buffer.of(0xff, marker));
const changed = (file: Buffer, at: number, ...bytes: number[]) => {
  const copy = Buffer.from(file);
  copy.set(bytes, at);
  return copy;
};

describe("decodeJpeg", () => {
  it.each(goldenJpegs)("$name: every sample as libjpeg-turbo decodes it", ({ file, shape, data }) => {
    const raster = decode(Buffer.from(file, "base64"));
    const [height, width, channels = 1] = shape;
    expect(raster).toMatchObject({ width, height, channels, bitDepth: 8, transparent: false });
    expect(Array.from(raster.data)).toEqual([...Buffer.from(data, "base64")]);
  });

  it("warns of an EXIF orientation, which it does not apply", () => {
    expect(decode(jpegNamed("EXIF upright")).warnings).toEqual([]);
    expect(decode(jpegNamed("EXIF turned")).warnings).toEqual([
      expect.stringContaining("EXIF orientation 6"),
    ]);
  });

  it("gives grey stored as colour three equal channels", () => {
    const { data } = decode(jpegNamed("grey stored as colour"));
    for (let n = 0; n < data.length; n += 3) expect([data[n + 1], data[n + 2]]).toEqual([data[n], data[n]]);
  });

  it("tolerates data behind the end marker, and fill bytes before a marker", () => {
    const { data } = decode(grey);
    expect(decode(Buffer.concat([grey, Buffer.from("trailing")])).data).toEqual(data);
    const at = find(grey, 0xdb);
    const filled = Buffer.concat([grey.subarray(0, at), Buffer.of(0xff, 0xff), grey.subarray(at)]);
    expect(decode(filled).data).toEqual(data);
  });

  it.each([
    ["grey", grey],
    ["colour", colour],
    ["progressive", progressive],
  ])("refuses a %s file cut anywhere", (_, file) => {
    for (let length = 3; length < file.length; length += 7)
      expect(refused(file.subarray(0, length))).toMatchObject({
        code: "TOMO_FILE_TRUNCATED",
        message: expect.stringMatching(/ends (before its end marker|in the middle)/),
        where: { file: path },
      });
  });

  it("refuses compressed data that end too early, and reads the next file all the same", () => {
    const scan = find(grey, 0xda) + 2 + grey.readUInt16BE(find(grey, 0xda) + 2);
    const short = Buffer.concat([grey.subarray(0, scan + 20), Buffer.of(0xff, 0xd9)]);
    const { data } = decode(grey);
    for (let time = 0; time < 3; time++) {
      expect(refused(short)).toMatchObject({
        code: "TOMO_FILE_DAMAGED",
        message: `${path} has damaged JPEG data`,
      });
      expect(decode(grey).data).toEqual(data);
    }
  });

  const frame = find(grey, 0xc0);
  it.each([
    ["an arithmetic-coded", changed(grey, frame + 1, 0xc9), "is arithmetic-coded JPEG"],
    ["a lossless", changed(grey, frame + 1, 0xc3), "is lossless JPEG"],
    ["a 12-bit", changed(grey, frame + 4, 12), "is JPEG of 12 bits"],
    ["a CMYK", changed(grey, frame + 9, 4), "is JPEG of 4 channels (CMYK)"],
    [
      "an oddly sampled",
      changed(colour, find(colour, 0xc0) + 11, 0x42),
      "is JPEG with an unusual sampling of its colours, 4x2 1x1 1x1",
    ],
    ["a two-channel", changed(grey, frame + 9, 2), "is JPEG of 2 channels"],
  ])("refuses %s JPEG, and says what to do", (_, file, message) => {
    expect(refused(file)).toMatchObject({
      code: "TOMO_FILE_UNSUPPORTED",
      message: `${path} ${message}`,
      expected: expect.any(String),
      hint: expect.stringContaining("PNG"),
    });
  });

  it.each([
    ["no height", changed(grey, frame + 5, 0, 0), "states an impossible size"],
    [
      "two frames",
      Buffer.concat([grey.subarray(0, find(grey, 0xda)), grey.subarray(frame)]),
      "has two frame headers",
    ],
    ["no frame", changed(grey, frame + 1, 0xe5), "has image data before its frame header"],
    ["no scan", changed(grey, find(grey, 0xda) + 1, 0xe5), "has no marker at byte"],
    ["a segment of length 1", changed(grey, frame + 2, 0, 1), "has a segment of an impossible length"],
    ["a short frame header", changed(grey, frame + 2, 0, 5), "has a frame header (SOF) that is too short"],
  ])("refuses a file with %s", (_, file, message) => {
    expect(refused(file)).toMatchObject({ code: "TOMO_FILE_DAMAGED" });
    expect(refused(file).message).toContain(message);
  });

  it("refuses more scans than any encoder writes", () => {
    const at = find(progressive, 0xda);
    const end = progressive.lastIndexOf(Buffer.of(0xff, 0xd9));
    const scans = Array.from({ length: 501 }, () =>
      progressive.subarray(at, at + 2 + progressive.readUInt16BE(at + 2)),
    );
    const file = Buffer.concat([progressive.subarray(0, at), ...scans, progressive.subarray(end)]);
    expect(refused(file).message).toContain("more than 500 scans");
  });

  it.each([
    [65_535, 65_535, "TOMO_FILE_TOO_LARGE"],
    [16_000, 16_000, "TOMO_FILE_TRUNCATED"],
  ])("refuses a small file that states %i x %i pixels before it decodes anything", (width, height, code) => {
    const lying = Buffer.from(grey);
    lying.writeUInt16BE(height, frame + 5);
    lying.writeUInt16BE(width, frame + 7);
    const before = process.memoryUsage().arrayBuffers;
    expect(refused(lying)).toMatchObject({ code, given: `${width} x ${height} pixels of 1 sample` });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});
