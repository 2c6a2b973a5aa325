import { CheckpointLoader } from "./checkpoint_loader.ts";
import { FrozenGraphModelLoader } from "./frozen_graph_model_loader.ts";

export const modelLoaders = [CheckpointLoader, FrozenGraphModelLoader] as const;
