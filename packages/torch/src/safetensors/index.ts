export {
  type DescribedSafetensors,
  decodeSafetensors,
  describeSafetensors,
  readSafetensors,
  type Safetensors,
} from "./read.ts";
export { encodeSafetensors } from "./write.ts";
