import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { deflateSync } from "node:zlib";
import { beforeEach, describe, expect, it } from "vitest";
import { describeWithOracle, runOracle } from "../testing/oracle.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { TensorBoardWriter } from "./tfevents.ts";
import { crc32c, maskedCrc32c } from "./tfevents_crc.ts";

const root = temporaryFolder();
let count = 0;
let folder = root;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
const options = () => ({ now: () => 1_700_000_000_500, host: "box" });

/** Data of each record; checks lengths and checksums on the way. */
function records(path: string): Buffer[] {
  const file = readFileSync(path);
  const found: Buffer[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 8)).toBe(maskedCrc32c(file.subarray(at, at + 8)));
    expect(file.readUInt32LE(at + 12 + length)).toBe(maskedCrc32c(data));
    found.push(data);
    at += 12 + length + 4;
  }
  return found;
}

type Field = readonly [field: number, value: number | Buffer];

/** Fields of one protobuf message. */
function fieldsOf(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = data[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return data.subarray(at - length, at);
  };
  while (at < data.length) {
    const key = varint();
    const [field, type] = [key >> 3, key & 7];
    if (type === 0) fields.push([field, varint()]);
    else if (type === 1) fields.push([field, take(8).readDoubleLE()]);
    else if (type === 5) fields.push([field, take(4).readFloatLE()]);
    else fields.push([field, take(varint())]);
  }
  return fields;
}
const field = (data: Buffer, number: number) => fieldsOf(data).find(([found]) => found === number)?.[1];
const summaryValue = (event: Buffer) => field(field(event, 5) as Buffer, 1) as Buffer;

describe("crc32c", () => {
  it("gives the check value of the standard, and RFC 3720's of 32 zeros", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });
});

describe("TensorBoardWriter", () => {
  it("names the file by time and host, and begins it with the version", () => {
    const writer = new TensorBoardWriter(folder, options());
    writer.close();
    expect(basename(writer.path)).toBe("events.out.tfevents.1700000000.box");
    const [first] = records(writer.path);
    expect(field(first!, 1)).toBe(1_700_000_000.5);
    expect(field(first!, 3)?.toString()).toBe("brain.Event:2");
  });

  it("writes scalars with tag, step and value", () => {
    const writer = new TensorBoardWriter(folder, options());
    const points = [
      ["loss", 0.5, 0],
      ["val/dice ä", Number.NaN, 127],
      ["loss", -1e-20, 2 ** 40 + 3],
    ] as const;
    for (const [tag, value, step] of points) writer.scalar(tag, value, step);
    writer.close();
    const events = records(writer.path).slice(1);
    expect(events).toHaveLength(3);
    for (const [n, [tag, value, step]] of points.entries()) {
      expect(field(events[n]!, 2)).toBe(step);
      expect(field(summaryValue(events[n]!), 1)?.toString()).toBe(tag);
      expect(field(summaryValue(events[n]!), 2)).toBe(Math.fround(value));
    }
  });

  it("writes images", () => {
    const writer = new TensorBoardWriter(folder, options());
    const png = Uint8Array.from({ length: 300 }, (_, n) => n % 256);
    writer.image("montage", { png, width: 640, height: 480 }, 7);
    writer.close();
    const image = field(summaryValue(records(writer.path)[1]!), 4) as Buffer;
    expect(fieldsOf(image)).toEqual([
      [1, 480],
      [2, 640],
      [3, 3],
      [4, Buffer.from(png)],
    ]);
  });

  it("appends to a file of the same second", () => {
    for (const step of [1, 2]) {
      const writer = new TensorBoardWriter(folder, options());
      writer.scalar("a", step, step);
      writer.close();
    }
    const steps = records(join(folder, "events.out.tfevents.1700000000.box")).map((event) => field(event, 2));
    expect(steps).toEqual([undefined, 1, undefined, 2]);
  });

  it("has every event in the file at once, without flush", () => {
    const writer = new TensorBoardWriter(folder, options());
    writer.scalar("a", 1, 1);
    expect(records(writer.path)).toHaveLength(2);
    writer.close();
  });

  it.each([-1, 0.5, Number.NaN])("refuses step %s", (step) => {
    const writer = new TensorBoardWriter(folder, options());
    expect(() => writer.scalar("a", 1, step)).toThrow(RangeError);
    writer.close();
  });

  it("says which folder it cannot write to", () => {
    writeFileSync(join(folder, "file"), "");
    const error = tomoErrorOf(() => new TensorBoardWriter(join(folder, "file")));
    expect(error.code).toBe("TOMO_WRITE_FAILED");
    expect(error.message).toContain(join(folder, "file"));
  });
});

describeWithOracle(["tensorboard"], "TensorBoardWriter against TensorBoard", () => {
  const script = `
import sys, json
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance=dict(scalars=0, images=0)).Reload()
tags = events.Tags()
print(json.dumps(dict(
    scalars={tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in tags["scalars"]},
    images={tag: [[e.step, e.width, e.height, len(e.encoded_image_string)] for e in events.Images(tag)] for tag in tags["images"]})))`;

  it("its EventAccumulator reads scalars and images, past a record cut by a kill", () => {
    const writer = new TensorBoardWriter(folder, options());
    for (let step = 0; step < 500; step++) writer.scalar("train/loss", 1 / (1 + step), step);
    writer.scalar("val/dice", 0.875, 499);
    const png = deflateSync(new Uint8Array(1000));
    writer.image("montage", { png, width: 64, height: 32 }, 499);
    writer.close();
    writeFileSync(writer.path, Buffer.from([9, 0, 0, 0]), { flag: "a" });
    const seen = runOracle<{ scalars: Record<string, number[][]>; images: Record<string, number[][]> }>(
      script,
      [folder],
    );
    expect(seen.scalars["train/loss"]).toEqual(
      Array.from({ length: 500 }, (_, step) => [step, Math.fround(1 / (1 + step)), 1_700_000_000.5]),
    );
    expect(seen.scalars["val/dice"]).toEqual([[499, 0.875, 1_700_000_000.5]]);
    expect(seen.images.montage).toEqual([[499, 64, 32, png.length]]);
  });
});
