import type { CompletionItem, MarkupContent } from "vscode-json-languageservice";
import service from "vscode-json-languageservice";
import type { JsonObject } from "../../source/json.ts";

/** What people see of one proposal. */
export interface Proposal {
  /** As listed: `"Dice"`, `smooth`. */
  readonly label: string;
  readonly documentation: string;
  /** What is put into the file; `$1` and `${1:x}` are places to type. */
  readonly insert: string;
}

export interface Editor {
  /** What is offered at the mark `|` of a text. */
  readonly complete: (file: string, text: string) => Promise<readonly Proposal[]>;
  /** What is shown of the first occurrence of a token. */
  readonly hover: (file: string, text: string, token: string) => Promise<string>;
  /** `line: message` of everything that is underlined. */
  readonly faults: (file: string, text: string) => Promise<readonly string[]>;
}

export interface Association {
  readonly fileMatch: readonly string[];
  readonly url: string;
}

/** The JSON support of VS Code with the settings of a workspace; `load` reads what a `url` names. */
export function openEditor(associations: readonly Association[], load: (url: string) => JsonObject): Editor {
  const json = service.getLanguageService({ clientCapabilities: service.ClientCapabilities.LATEST });
  json.configure({
    allowComments: false,
    schemas: associations.map(({ fileMatch, url }) => ({
      fileMatch: [...fileMatch],
      uri: `file:///workspace/${url}`,
      schema: load(url),
    })),
  });
  const open = (file: string, text: string) => {
    const document = service.TextDocument.create(`file:///workspace/${file}`, "json", 1, text);
    return { document, tree: json.parseJSONDocument(document) };
  };
  return {
    complete: async (file, marked) => {
      const offset = marked.indexOf("|");
      const { document, tree } = open(file, marked.slice(0, offset) + marked.slice(offset + 1));
      const list = await json.doComplete(document, document.positionAt(offset), tree);
      return (list?.items ?? []).map(proposal);
    },
    hover: async (file, text, token) => {
      const { document, tree } = open(file, text);
      const shown = await json.doHover(document, document.positionAt(text.indexOf(token) + 1), tree);
      return [shown?.contents ?? []].flat().map(wordsOf).join("\n");
    },
    faults: async (file, text) => {
      const { document, tree } = open(file, text);
      const found = await json.doValidation(document, tree, { comments: "error", trailingCommas: "error" });
      return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
    },
  };
}

const proposal = ({ label, documentation = "", textEdit, insertText }: CompletionItem): Proposal => ({
  label,
  documentation: wordsOf(documentation),
  insert: textEdit?.newText ?? insertText ?? "",
});

const wordsOf = (text: string | { value: string } | MarkupContent): string =>
  typeof text === "string" ? text : text.value;
