// Transforms for tests of the pipeline, among them faulty ones. JavaScript, because worker threads load it too.
import { threadId } from "node:worker_threads";
import { ops } from "@tomo/torch";

const transform = (name, isRandom, apply, picks) => ({
  kind: "transforms",
  name,
  isRandom: () => isRandom,
  build: (args) => ({ apply: (sample, context) => apply(args, sample, context), picks: picks?.(args) }),
});

const withFields = (sample, fields) => ({ ...sample, fields: { ...sample.fields, ...fields } });
const image = (data, format) => ({ data, format, properties: { fileName: "made" } });
const mapFields = (sample, fields, map) =>
  withFields(sample, Object.fromEntries(fields.map((field) => [field, map(sample.fields[field])])));

/** Voxels n + 1000 * index of the case; `sizes` gives the size of single paths; `tell` warns of each load. */
export const TestLoad = transform("TestLoad", false, (args, sample, { warn }) => {
  const { fields, size, sizes = {}, format = "CDHW", tell = false } = args;
  if (tell) warn(`loaded ${sample.caseId} in thread ${threadId} at ${performance.now()}`);
  return mapFields(sample, fields, (path) => {
    const own = sizes[path] ?? size;
    const count = own.reduce((product, length) => product * length, 1);
    const values = ops.add(ops.arange(count, { dtype: "float32" }), 1000 * sample.index);
    return image(ops.reshape(values, format === "CDHW" ? [1, ...own] : own), format);
  });
});

/** Sums depend on the number of threads that share them. */
export const TestCentre = transform("TestCentre", false, ({ fields }, sample) =>
  mapFields(sample, fields, ({ data, format }) =>
    image(ops.sub(ops.mul(data, 0.1), ops.mean(ops.mul(data, 0.3))), format),
  ),
);

export const TestShift = transform("TestShift", true, ({ fields }, sample, { random }) => {
  const shift = random.uniform(-1, 1);
  return mapFields(sample, fields, ({ data, format }) => image(ops.add(data, shift), format));
});

/** `count` random boxes of `size` voxels; without `count` one, and no batch axis. */
const cropTest = ({ fields, size, count }, sample, { random }) => {
  const { shape } = sample.fields[fields[0]].data;
  const starts = Array.from({ length: count ?? 1 }, () =>
    size.map((length, axis) => random.integer(0, shape[axis + 1] - length + 1)),
  );
  return mapFields(sample, fields, ({ data, format }) => {
    const boxes = starts.map((start) =>
      start.reduce(
        (box, from, axis) => ops.slice(box, { dim: axis + 1, start: from, end: from + size[axis] }),
        data,
      ),
    );
    return count === undefined ? image(boxes[0], format) : image(ops.stack(boxes), `N${format}`);
  });
};
/** Boxes in a batch are copies, a single one is a view. */
const cropPicks = ({ fields, count }) => (count === undefined ? undefined : { fields, compared: [] });
export const TestCrop = transform("TestCrop", true, cropTest, cropPicks);

/** Adds the mean of the batch axis: shows what a batch transform sees. */
export const TestMix = transform("TestMix", true, ({ fields }, sample, { random }) =>
  mapFields(sample, fields, ({ data, format }) => image(ops.add(data, random.uniform()), format)),
);

export const TestWarn = transform("TestWarn", false, ({ message }, sample, { warn }) => {
  warn(message);
  return sample;
});

/** Fails on case `case` in the way `how`. */
export const TestFail = transform("TestFail", false, (args, sample) => {
  if (sample.caseId !== args.case) return sample;
  switch (args.how) {
    case "exit":
      return process.exit(7);
    case "heap": {
      const hoard = [];
      for (;;) hoard.push(new Array(1e5).fill(hoard.length));
    }
    case "later":
      queueMicrotask(() => {
        throw new Error("thrown outside of any task");
      });
      return sample;
    case "freed": {
      sample.fields.image.data.dispose();
      return sample;
    }
    case "function":
      return withFields(sample, { extra: () => 0 });
    case "wait":
      return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    case "memory":
      return ops.zeros([2 ** 42], { dtype: "float32" });
    default:
      throw new Error("no such voxel\nsecond line");
  }
});
