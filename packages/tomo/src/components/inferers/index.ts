import { TFScanWindowInferer } from "./tf_scan_window_inferer.ts";
import { TFSimpleInferer } from "./tf_simple_inferer.ts";

export const inferers = [TFSimpleInferer, TFScanWindowInferer] as const;
