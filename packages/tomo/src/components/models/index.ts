import { SegAhnet } from "./seg_ahnet.ts";
import { SegResnet } from "./seg_resnet.ts";

export const models = [SegAhnet, SegResnet] as const;
