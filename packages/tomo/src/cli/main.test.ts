import { afterAll, describe, expect, it } from "vitest";
import { testMmar } from "../config/testing/mmar.ts";
import { main } from "./main.ts";
import { testIo } from "./testing/io.ts";

const run = async (...argv: string[]) => {
  const io = testIo({ cwd: "/no/where" });
  const exit = await main(argv, io);
  return { exit, ...io.printed() };
};

describe("help", () => {
  it("goes to stdout and is no error", async () => {
    const { exit, out, err } = await run("--help");
    expect([exit, err]).toEqual([0, ""]);
    for (const word of ["train", "validate", "infer", "list", "doctor", "Exit codes"])
      expect(out).toContain(word);
  });

  it("shows Clara's options of a workflow", async () => {
    const { exit, out } = await run("train", "--help");
    expect(exit).toBe(0);
    for (const option of ["-m, --mmar", "-c, --config", "-e, --environment", "--set", "--write_train_stats"])
      expect(out).toContain(option);
  });

  it("prints the version", async () => {
    expect(await run("--version")).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it("is shown, as an error, without a command", async () => {
    const { exit, out, err } = await run();
    expect([exit, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: tomo");
  });
});

describe("usage errors", () => {
  it.each([
    [["trian"], "unknown command 'trian'", 'did you mean "train"?'],
    [["train", "--confg", "x"], "unknown option '--confg'", 'did you mean "--config"?'],
    [
      ["train", "epochs=2"],
      "too many arguments for 'train'. Expected 0 arguments but got 1",
      "variables stand after --set: --set epochs=2",
    ],
    [
      ["train", "-c"],
      "option '-c, --config <file>' argument missing",
      "tomo --help shows the commands, tomo COMMAND --help its options",
    ],
    [
      ["list", "transfroms"],
      "there is neither a kind nor a component named transfroms",
      'did you mean "transforms"?',
    ],
    [["validate", "--write_train_stats"], "unknown option '--write_train_stats'", "tomo --help"],
  ])("%j", async (argv, message, hint) => {
    const { exit, out, err } = await run(...argv);
    expect([exit, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).toContain("TOMO_USAGE");
  });

  it("are JSON on stdout with --json", async () => {
    const { exit, out, err } = await run("trian", "--json");
    expect([exit, err]).toEqual([2, ""]);
    expect(JSON.parse(out)).toMatchObject({ type: "error", exit: 2, errors: [{ code: "TOMO_USAGE" }] });
  });
});

describe("config errors", () => {
  const mmar = testMmar({
    "config/config_train.json": '{\n  "epochs": "ten",\n  "learning_rate": 1,\n  "train": {}\n}',
  });
  afterAll(mmar.remove);

  it("end with 3 and name file, line and column", async () => {
    const { exit, out, err } = await run("train", "-m", mmar.root);
    expect([exit, out]).toEqual([3, ""]);
    expect(err).toContain(`${mmar.root}/config/config_train.json:2:13  epochs: `);
    expect(err).toMatch(/\d+ errors\n$/);
  });

  it("end with 3 when there is no MMAR", async () => {
    const { exit, err } = await run("train", "-m", "/no/such/mmar");
    expect(exit).toBe(3);
    expect(err).toContain("there is no such MMAR folder");
  });
});
