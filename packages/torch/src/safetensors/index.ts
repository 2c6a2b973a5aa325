export { decodeSafetensors, readSafetensors, type Safetensors } from "./read.ts";
export { encodeSafetensors } from "./write.ts";
