/** Keys and indices from the root of a config to a value. */
export type ConfigPath = readonly (string | number)[];

const plain = /^[^.[\]"\s]+$/;

/** `train.pre_transforms[3].args.pos`; keys with other signs are quoted: `labels["0.5"]`. */
export function formatPath(path: ConfigPath): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!plain.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** Reads what `formatPath` writes; undefined when the text is not a path. */
export function parsePath(text: string): ConfigPath | undefined {
  const step = /\.?([^.[\]"\s]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  const path: (string | number)[] = [];
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (match === null || (match[1] !== undefined && path.length > 0 && text[at] !== ".")) return undefined;
    if (match[1] !== undefined) path.push(match[1]);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else path.push(JSON.parse(match[3]!) as string);
  }
  return path;
}

/** Whether `path` is `prefix` or lies below it. */
export const isBelow = (path: ConfigPath, prefix: ConfigPath): boolean =>
  prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
