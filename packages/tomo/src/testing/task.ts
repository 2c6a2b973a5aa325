import type { TaskContext } from "../components/contracts.ts";

export const segmentationTask: TaskContext = { labelFormat: null };
