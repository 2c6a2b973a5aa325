import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { TomoError } from "../errors/tomo_error.ts";
import { maskedCrc32c } from "./tfevents_crc.ts";

export interface TensorBoardOptions {
  /** Milliseconds since 1970; only tests replace it. */
  readonly now?: () => number;
  readonly host?: string;
}

/** What TensorBoard shows as an image. */
export interface TensorBoardImage {
  /** PNG bytes. */
  readonly png: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * A TensorBoard event file, `events.out.tfevents.<seconds>.<host>`. Each event is one appended write, so a killed run
 * leaves at most one cut record at the end, which TensorBoard skips.
 */
export class TensorBoardWriter {
  readonly path: string;
  readonly #file: number;
  readonly #now: () => number;

  /** @throws TomoError TOMO_WRITE_FAILED */
  constructor(folder: string, options: TensorBoardOptions = {}) {
    this.#now = options.now ?? Date.now;
    const seconds = String(Math.floor(this.#now() / 1000)).padStart(10, "0");
    this.path = join(folder, `events.out.tfevents.${seconds}.${options.host ?? hostname()}`);
    this.#file = this.#guarded(() => openSync(this.path, "a"));
    this.#append(text(3, "brain.Event:2"));
  }

  /** One point of the curve `tag`. Steps are integers of at least 0. */
  scalar(tag: string, value: number, step: number): void {
    this.#append(stepField(step), message(5, message(1, text(1, tag), float(2, value))));
  }

  image(tag: string, { png, width, height }: TensorBoardImage, step: number): void {
    const rgb = 3;
    const image = message(4, integer(1, height), integer(2, width), integer(3, rgb), bytes(4, png));
    this.#append(stepField(step), message(5, message(1, text(1, tag), image)));
  }

  /** Makes what was written survive a power cut. */
  flush(): void {
    this.#guarded(() => fsyncSync(this.#file));
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }

  /** Event { wall_time = 1, step = 2, file_version = 3, summary = 5 } as a TFRecord. */
  #append(...fields: readonly Buffer[]): void {
    const wallTime = Buffer.alloc(9);
    wallTime[0] = (1 << 3) | 1;
    wallTime.writeDoubleLE(this.#now() / 1000, 1);
    const record = frame(Buffer.concat([wallTime, ...fields]));
    this.#guarded(() => {
      for (let done = 0; done < record.length; ) done += writeSync(this.#file, record, done);
    });
  }

  #guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw new TomoError("TOMO_WRITE_FAILED", `cannot write ${this.path}: ${(cause as Error).message}`, {
        where: { file: this.path },
        hint: "free some space or choose another models folder",
        cause,
      });
    }
  }
}

/** TFRecord: length (uint64), its masked CRC, data, its masked CRC; little-endian. */
function frame(data: Buffer): Buffer {
  const record = Buffer.alloc(12 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  data.copy(record, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}

// protobuf wire format: a field is (number << 3 | type), then varint (0), eight bytes (1), length + bytes (2) or four bytes (5)

function varint(value: number): number[] {
  const digits = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) + 128);
  return [...digits, rest];
}

const integer = (field: number, value: number): Buffer => Buffer.from([field << 3, ...varint(value)]);

function stepField(step: number): Buffer {
  if (!(Number.isSafeInteger(step) && step >= 0))
    throw new RangeError(`step must be an integer ≥ 0, got ${step}`);
  return integer(2, step);
}

function float(field: number, value: number): Buffer {
  const buffer = Buffer.alloc(5);
  buffer[0] = (field << 3) | 5;
  buffer.writeFloatLE(value, 1);
  return buffer;
}

const bytes = (field: number, value: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(value.length)]), value]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value, "utf8"));
const message = (field: number, ...fields: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(fields));
