import * as torch from "@tomo/torch";
import * as zod from "zod";
import { didYouMean } from "../../errors/nearest.ts";
import * as tomo from "./api.ts";

/** Packages that are this Tomo's own inside of users' files, wherever these lie. */
export const apiModules = (): Readonly<Record<string, unknown>> => ({
  tomo: teaching("tomo", tomo),
  "@tomo/torch": teaching("@tomo/torch", torch),
  zod,
});

/** A module that says so when a name is asked of it that it does not have; as such it would be undefined. */
function teaching(name: string, module: object): object {
  const exports: Record<string | symbol, unknown> = { ...module, __esModule: true };
  return new Proxy(exports, {
    get: (target, key) => {
      if (typeof key === "symbol" || key in target || silent.has(key)) return target[key];
      const hint = didYouMean(key, Object.keys(module));
      throw new TypeError(`"${name}" exports no ${key}${hint === undefined ? "" : `; ${hint}`}`);
    },
  });
}

/** Names that module systems ask for. */
const silent: ReadonlySet<string> = new Set(["then", "default", "module.exports", "toJSON"]);
