import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TomoError } from "../errors/tomo_error.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { tomoErrorOf } from "../testing/tomo_error_of.ts";
import { findOwn, ownFolders } from "./own_path.ts";

const root = realpathSync(temporaryFolder());
const mmar = join(root, "mmar");
const shared = join(root, "shared");
function write(file: string): string {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), "");
  return join(root, file);
}
for (const name of ["my_loss.ts", "both.ts", "both.js", "old.mjs", "deep/er/net.cjs", "net.py"])
  write(`mmar/custom/${name}`);
write("shared/custom/my_loss.ts");
write("shared/lib/theirs.ts");
write("outside/evil.ts");
write("mmar_evil/evil.ts");

const find = (path: string) => findOwn(path, [mmar, shared]);
const faultOf = (path: string) => tomoErrorOf(() => find(path));

describe("the path of a component", () => {
  it.each([
    ["custom/my_loss.ts#MyLoss", "mmar/custom/my_loss.ts", "MyLoss"],
    ["./custom/../custom/my_loss.ts#MyLoss", "mmar/custom/my_loss.ts", "MyLoss"],
    ["custom/my_loss.ts", "mmar/custom/my_loss.ts", null],
    ["custom.my_loss.MyLoss", "mmar/custom/my_loss.ts", "MyLoss"],
    ["custom.both.A", "mmar/custom/both.ts", "A"],
    ["custom.old.Old", "mmar/custom/old.mjs", "Old"],
    ["custom.deep.er.net.Net", "mmar/custom/deep/er/net.cjs", "Net"],
    ["lib/theirs.ts#X", "shared/lib/theirs.ts", "X"],
    ["lib.theirs.X", "shared/lib/theirs.ts", "X"],
  ])("%s is %s", (path, file, exported) => {
    const found = find(path);
    expect([found.file, found.export]).toEqual([join(root, file), exported]);
    expect(found.shown).toBe(file.slice(file.indexOf("/") + 1));
  });

  it("may be absolute inside of an allowed folder", () => {
    expect(find(`${shared}/lib/theirs.ts#X`).shown).toBe("lib/theirs.ts");
  });

  it.each([
    ["MyLoss", "neither a file nor a dot"],
    ["", "neither a file nor a dot"],
    ["custom/my_loss#MyLoss", "no TypeScript or JavaScript file"],
    ["custom/net.py#Net", "no TypeScript or JavaScript file"],
    ["custom/my_loss.ts#", 'nothing stands behind "#"'],
    ["custom..MyLoss", "neither a file nor a dot"],
    ["https://example.org/x.js", "there is no file"],
  ])("%j is refused with what would be right", (path, reason) => {
    expect(faultOf(path).message).toContain(reason);
  });

  it.each([
    ["custom/my_los.ts#MyLoss", 'did you mean "my_loss.ts"?'],
    ["custom.net.Net", "docs/byoc.md"],
    ["ai4med.components.losses.dice.Dice", '"name": "Dice"'],
    ["custom/nothing_like_it.ts#A", "TOMO_PATH"],
  ])("%s is not there, with a hint", (path, hint) => {
    const error = faultOf(path);
    expect(error.code).toBe("TOMO_PATH_MISSING");
    expect(error.hint).toContain(hint);
  });
});

describe("folders that code may be loaded from", () => {
  it("are the MMAR, and those of TOMO_PATH relative to the working directory", () => {
    const env = { TOMO_PATH: ["/lib", "", "mine"].join(delimiter) };
    expect(ownFolders({ mmar, cwd: "/work" }, env)).toEqual([mmar, "/lib", "/work/mine"]);
    expect(ownFolders({ mmar, cwd: "/work" }, {})).toEqual([mmar]);
  });

  it.each([
    "../outside/evil.ts#A",
    "custom/../../outside/evil.ts#A",
    "custom/../../mmar_evil/evil.ts#A",
    `${root}/outside/evil.ts#A`,
    `${root}/mmar_evil/evil.ts#A`,
    "/etc/passwd.ts#A",
    "..",
  ])("do not hold %s", (path) => {
    const error = faultOf(path);
    expect(["TOMO_PATH_REFUSED", "TOMO_PATH_FORM"]).toContain(error.code);
    if (error.code === "TOMO_PATH_REFUSED") expect(error.hint).toContain("TOMO_PATH");
  });

  it("are not left by links, of files or of folders; links inside are fine", () => {
    symlinkSync(join(root, "outside/evil.ts"), join(mmar, "custom/link.ts"));
    symlinkSync(join(root, "outside"), join(mmar, "away"));
    symlinkSync(join(shared, "lib"), join(mmar, "lib_of_all"));
    for (const path of ["custom/link.ts#A", "custom.link.A", "away/evil.ts#A", "away.evil.A"]) {
      expect(faultOf(path).code, path).toBe("TOMO_PATH_REFUSED");
      expect(faultOf(path).message, path).toContain("outside/evil.ts");
    }
    expect(find("lib_of_all/theirs.ts#X").shown).toBe("lib/theirs.ts");
  });

  it("may be links themselves", () => {
    const link = join(root, "mmar_link");
    symlinkSync(mmar, link);
    expect(findOwn("custom/my_loss.ts#A", [link]).file).toBe(join(mmar, "custom/my_loss.ts"));
    expect(findOwn(`${link}/custom/my_loss.ts#A`, [link]).file).toBe(join(mmar, "custom/my_loss.ts"));
  });

  it("do not give folders or pipes, which would be read for ever", () => {
    mkdirSync(join(mmar, "folder.ts"));
    execFileSync("sh", ["-c", 'mkfifo "$0"', join(mmar, "pipe.ts")]);
    for (const path of ["folder.ts#A", "pipe.ts#A"]) expect(faultOf(path).code).toBe("TOMO_PATH_REFUSED");
  });

  it("hold whatever is found, for any path", () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "custom",
      "away",
      "outside",
      "evil.ts",
      "my_loss.ts",
      "",
      "/",
      root,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        try {
          const { file } = find(`${pieces.join("/")}#A`);
          expect(file.startsWith(`${mmar}/`) || file.startsWith(`${shared}/`)).toBe(true);
        } catch (error) {
          if (!(error instanceof TomoError)) throw error;
        }
      }),
    );
  });
});
