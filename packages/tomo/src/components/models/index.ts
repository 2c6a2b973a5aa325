import { DenseNet121 } from "./dense_net_121.ts";
import { SegAhnet } from "./seg_ahnet.ts";
import { SegResnet } from "./seg_resnet.ts";

export const models = [DenseNet121, SegAhnet, SegResnet] as const;
