export { Layer, Module, type StateDict } from "./module.ts";
