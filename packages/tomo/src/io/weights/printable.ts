const longest = 120;

/** A name from a file as it may stand in a message: without control characters, and not endless. */
export function printable(name: string): string {
  const plain = name.replace(/[\p{C}\p{Z}]/gu, (character) => (character === " " ? " " : "\u{FFFD}"));
  return plain.length > longest ? `${plain.slice(0, longest)}…` : plain;
}
