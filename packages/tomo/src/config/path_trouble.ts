/**
 * Why a path that is not there may have been written in a form that nothing replaces: `~`, variables of the shell,
 * backslashes, a placeholder without its braces. Undefined where it has none of these.
 */
export function pathTrouble(path: string): string | undefined {
  const found = troubles.find(([form]) => form.test(path));
  return found?.[1](found[0].exec(path)!);
}

const troubles: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: "C:\new" in JSON holds a line break
  [/[\u0000-\u001f]/, () => "a backslash in JSON begins an escape (\\n, \\t); write / or \\\\ in paths"],
  [/(^|[\\/])~([\\/]|$)/, () => "~ is not replaced; write the home folder out"],
  [
    /\$\{?\w+/,
    () =>
      "the shell's $NAME is not replaced; write the path out, or {NAME} for a variable of environment.json",
  ],
  [
    /(?:^|[\\/])\{? ?(DATA_ROOT|DATASET\w*_JSON|MMAR_\w+) ?\}?(?:$|[\\/])/,
    ([, name]) => `a variable stands in braces, without blanks: "{${name}}"`,
  ],
  ...(process.platform === "win32" ? [] : [[/\\/, () => "write / in paths, not \\"] as const]),
];
