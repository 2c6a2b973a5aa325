import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

/** Writes grey values of 16 bits as PNG (W3C PNG, third edition); `shape` is [rows, columns]. */
export function writePng16(file, { shape: [height, width], image }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(16, 8); // bits; then colour type grey, deflate, adaptive filters, not interlaced: all 0
  const rows = Buffer.alloc(height * (1 + 2 * width));
  for (let y = 0; y < height; y++) {
    // each row starts with its filter: 0 = none
    const start = y * (1 + 2 * width) + 1;
    for (let x = 0; x < width; x++) rows.writeUInt16BE(image[y * width + x], start + 2 * x);
  }
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  writeFileSync(
    file,
    Buffer.concat([
      signature,
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(rows, { level: 2 })),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
