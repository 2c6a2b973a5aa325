import { readFileSync } from "node:fs";

interface Golden {
  readonly name: string;
  /** Base 64. */
  readonly file: string;
  readonly shape: readonly [height: number, width: number, channels?: number];
  /** Samples as libjpeg-turbo decodes them, base 64. */
  readonly data: string;
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/jpegs.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Golden[];
};

export const goldenJpegs = cases;

/** The bytes of one of the stored files. */
export function jpegNamed(name: string): Buffer {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no stored JPEG is called ${name}`);
  return Buffer.from(found.file, "base64");
}
