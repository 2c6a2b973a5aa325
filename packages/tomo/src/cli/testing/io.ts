import type { Io } from "../io.ts";

/** An Io that keeps what is printed. */
export interface TestIo extends Io {
  readonly printed: () => { readonly out: string; readonly err: string };
}

export function testIo(options: Partial<Omit<Io, "out" | "err">> = {}): TestIo {
  let out = "";
  let err = "";
  return {
    terminal: false,
    outTerminal: false,
    columns: 110,
    unicode: true,
    cwd: "/",
    ...options,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    printed: () => ({ out, err }),
  };
}
