import { drawAnatomy } from "./film/anatomy.ts";
import { FilmCanvas, type View } from "./film/canvas.ts";
import { type FindingName, findings } from "./film/findings.ts";
import { drawThorax } from "./film/thorax.ts";
import { normalNoise } from "./normal_noise.ts";
import { RandomStream } from "./random.ts";

/** A synthetic frontal chest film of 12 bits, bright where much tissue is. */
export interface FilmPhantom {
  /** Rows and columns, 280 to 360 each. */
  readonly shape: readonly [height: number, width: number];
  /** Grey values from 0 to 4095, row by row. */
  readonly image: Uint16Array<ArrayBuffer>;
  /** 0 or 1 for each of `filmFindings`. */
  readonly label: readonly number[];
}

/** Names of the labels, in the order of NVIDIA's chest X-ray classifier. */
export const filmFindings: readonly FindingName[] = findings.map(({ name }) => name);

/** Share of the films that have a finding; findings are independent. */
const prevalence = 0.2;

/**
 * A chest with ribs, lungs, vessels, heart and spine, all varied by the seed, and findings of random place, size and
 * density. Grey values have mean 2876 and standard deviation 883 or so over many films, as the config expects.
 *
 * @param present the findings to draw, instead of random ones
 */
export function filmPhantom(seed: number, present?: readonly FindingName[]): FilmPhantom {
  const stream = (part: number) => new RandomStream({ seed, transform: part });
  const chance = stream(0);
  const drawn = filmFindings.filter(() => chance.bernoulli(prevalence));
  const names = new Set<FindingName>(present ?? drawn);
  const anatomy = drawAnatomy(stream(1), {
    largeHeart: names.has("Cardiac_abnormality"),
    overinflated: names.has("COPD"),
    collapsed: names.has("Major_atelectasis"),
  });
  const view = drawView(stream(2));
  const canvas = new FilmCanvas(view);
  drawThorax(canvas, anatomy, stream(3));
  findings.forEach(({ name, draw }, n) => {
    if (names.has(name)) draw(canvas, anatomy, stream(100 + n));
  });
  return {
    shape: [view.height, view.width],
    image: develop(canvas.values, stream(4)),
    label: filmFindings.map((name) => (names.has(name) ? 1 : 0)),
  };
}

function drawView(random: RandomStream): View {
  const width = random.integer(280, 341);
  const height = random.integer(width, 361);
  const scale = (width / 2) * random.uniform(0.95, 1.03);
  return {
    width,
    height,
    scale,
    centre: [width / 2 + scale * random.uniform(-0.04, 0.04), height / 2 + scale * random.uniform(0, 0.1)],
    tilt: random.uniform(-0.05, 0.05),
  };
}

/** Exposure, noise, and a shoulder where the film saturates. */
function develop(values: Float32Array, random: RandomStream): Uint16Array<ArrayBuffer> {
  const gain = random.uniform(0.96, 1.04);
  const offset = random.uniform(-90, 90);
  const noise = normalNoise(random, values.length);
  const shoulder = 3400;
  const range = 4095 - shoulder;
  return Uint16Array.from(values, (value, at) => {
    const exposed = gain * value + offset + 40 * (noise[at] ?? 0);
    if (exposed <= shoulder) return Math.max(exposed, 0);
    const beyond = (exposed - shoulder) / range;
    return shoulder + (range * beyond) / Math.sqrt(1 + beyond * beyond);
  });
}
