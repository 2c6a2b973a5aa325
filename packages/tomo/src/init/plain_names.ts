/** Names that can be fields and parts of file names: letters, numbers and underscores, each name once. */
export function plainNames(names: readonly string[]): string[] {
  const plain = names.map(
    (name) =>
      name
        .normalize("NFKC")
        .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
        .replaceAll(/^_+|_+$/g, "") || "class",
  );
  // file systems may not tell upper case from lower
  const keys = plain.map((name) => name.toLowerCase());
  const taken = new Set(keys);
  return plain.map((name, n) => {
    if (keys.indexOf(keys[n]!) === n) return name;
    let number = 2;
    while (taken.has(`${keys[n]}_${number}`)) number++;
    taken.add(`${keys[n]}_${number}`);
    return `${name}_${number}`;
  });
}
