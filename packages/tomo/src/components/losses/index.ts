export const losses = [] as const;
