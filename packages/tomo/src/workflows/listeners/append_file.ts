import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { makeFolder } from "../../io/atomic_file.ts";

/** A text file that grows by whole lines: whatever ends the run, all lines but perhaps the last are whole. */
export class AppendFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #head: string;
  #file: number | undefined;

  /** @param head Written first into a new file. The file and its folder appear with the first text. */
  constructor(folder: string, name: string, head = "") {
    this.#folder = folder;
    this.#path = `${folder}/${name}`;
    this.#head = head;
  }

  write(text: string): void {
    if (this.#file === undefined) {
      makeFolder(this.#folder);
      this.#file = openSync(this.#path, "a");
      this.#put(this.#head);
    }
    this.#put(text);
  }

  sync(): void {
    if (this.#file !== undefined) fsyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #put(text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file!, bytes, done);
  }
}
