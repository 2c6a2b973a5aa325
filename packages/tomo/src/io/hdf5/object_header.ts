import type { Cursor } from "./cursor.ts";
import type { Hdf5File } from "./file.ts";

/** Types of header messages, format specification IV.A.2. */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  /** The content lies elsewhere; such messages are not followed. */
  readonly shared: boolean;
  /** A fresh cursor each time. */
  readonly body: () => Cursor;
}

const sharedFlag = 2;

/** All messages of the object header at an address, those of its continuation blocks included. */
export function messagesAt(file: Hdf5File, address: number): readonly Message[] {
  const isNew = file.at(address, 4).text(4) === "OHDR";
  const messages: Message[] = [];
  const blocks = [isNew ? newHeader(file, address) : oldHeader(file, address)];
  const visited = new Set([address]);
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop())
    for (const message of block.parse(block.content)) {
      messages.push(message);
      if (message.type !== messageTypes.continuation) continue;
      const body = message.body();
      const [start, length] = [body.pointer(), body.length()];
      if (visited.has(start)) file.refuse("an object header continues in itself");
      visited.add(start);
      blocks.push(block.continued(start, length));
    }
  return messages;
}

interface Block {
  readonly content: Cursor;
  readonly parse: (content: Cursor) => Generator<Message>;
  readonly continued: (address: number, length: number) => Block;
}

/** Version 1: a prefix of 16 bytes, messages aligned to 8. */
function oldHeader(file: Hdf5File, address: number): Block {
  const prefix = file.at(address, 16);
  const version = prefix.u8();
  if (version !== 1) file.refuse(`an object header has version ${version}`);
  const size = prefix.skip(7).u32();
  const block = (start: number, length: number): Block => ({
    content: file.at(start, length),
    parse: oldMessages,
    continued: block,
  });
  return block(address + 16, size);
}

function* oldMessages(content: Cursor): Generator<Message> {
  while (content.rest >= 8) {
    const [type, size, flags] = [content.u16(), content.u16(), content.u8()];
    yield messageOf(type, flags, content.skip(3).bytes(size), content);
  }
}

/** Version 2: mark, flags, optional times and limits, size of the first block; each block ends in a checksum. */
function newHeader(file: Hdf5File, address: number): Block {
  const prefix = file.upTo(address, 34);
  prefix.expect("OHDR");
  const version = prefix.u8();
  if (version !== 2) file.refuse(`an object header has version ${version}`);
  const flags = prefix.u8();
  const before = prefix.rest;
  if (flags & 0x20) prefix.skip(16);
  if (flags & 0x10) prefix.skip(4);
  const size = prefix.uint(1 << (flags & 3));
  const start = address + 6 + before - prefix.rest;
  const parse = newMessages((flags & 4) !== 0);
  const continued = (at: number, length: number): Block => ({
    content: file
      .at(at, length)
      .expect("OCHK")
      .part(Math.max(0, length - 8)),
    parse,
    continued,
  });
  return { content: file.at(start, size), parse, continued };
}

const newMessages = (ordered: boolean) =>
  function* (content: Cursor): Generator<Message> {
    const head = ordered ? 6 : 4;
    while (content.rest >= head) {
      const [type, size, flags] = [content.u8(), content.u16(), content.u8()];
      if (ordered) content.skip(2);
      yield messageOf(type, flags, content.bytes(size), content);
    }
  };

const messageOf = (type: number, flags: number, bytes: Uint8Array, parent: Cursor): Message => ({
  type,
  shared: (flags & sharedFlag) !== 0,
  body: () => parent.over(bytes),
});
