// A random transform, the one of Clara's tutorial. `draw` runs once a sample, so all fields get the same number; it
// comes from the stream of this seed, epoch and case, and is the same whatever thread does the work.
import { ops } from "@tomo/torch";
import { defineRandomTransform, fields, number, withData } from "tomo";

export const MyAddRandomConstant = defineRandomTransform({
  name: "MyAddRandomConstant",
  summary: "Adds a number from [-magnitude, magnitude) to all voxels.",
  args: {
    fields: fields(),
    magnitude: number("Largest number that is added or taken away.").nonnegative().default(0.1),
  },
  draw: ({ magnitude }, random) => magnitude * random.uniform(-1, 1),
  image: (_, constant, image) => withData(image, ops.add(image.data, constant)),
  // what the static check may know: voxels change, size and channels do not
  effect: () => (facts) => facts,
});
