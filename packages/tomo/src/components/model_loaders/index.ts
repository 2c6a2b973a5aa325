export const modelLoaders = [] as const;
