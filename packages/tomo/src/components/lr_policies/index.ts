export const lrPolicies = [] as const;
