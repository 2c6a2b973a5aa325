// Layers import downwards only. Types may be imported upwards by contracts.ts alone, which names what the layers exchange.
const layer = (name, path, forbidden) => ({
  name,
  severity: "error",
  comment: `${path} must not import ${forbidden}`,
  from: { path, pathNot: "(\\.test\\.ts$|/testing/|components/contracts\\.ts$)" },
  to: { path: forbidden },
});
const tomo = (...rooms) => `^packages/tomo/src/(${rooms.join("|")})`;

module.exports = {
  forbidden: [
    layer("torch-stands-alone", "^packages/torch/", "^packages/tomo/"),
    layer(
      "errors-at-the-bottom",
      tomo("errors/"),
      tomo("config/", "data/", "io/", "components/", "check/", "pipeline/", "workflows/", "report/", "cli/"),
    ),
    layer(
      "io-knows-files-only",
      tomo("io/"),
      tomo("config/", "components/", "check/", "pipeline/", "workflows/", "report/", "cli/"),
    ),
    layer(
      "data-below-components",
      tomo("data/"),
      tomo("config/", "components/", "check/", "pipeline/", "workflows/", "report/", "cli/"),
    ),
    layer(
      "components-below-pipeline",
      tomo("components/"),
      tomo("check/", "pipeline/", "workflows/", "report/", "cli/"),
    ),
    layer(
      "config-below-pipeline",
      tomo("config/"),
      tomo("check/", "pipeline/", "workflows/", "report/", "cli/"),
    ),
    layer(
      "conformance-below-pipeline",
      tomo("conformance/"),
      tomo("check/", "pipeline/", "workflows/", "report/", "cli/"),
    ),
    layer("conformance-for-tests", tomo("(?!conformance/)"), tomo("conformance/")),
    layer("check-below-pipeline", tomo("check/"), tomo("pipeline/", "workflows/", "report/", "cli/")),
    layer("pipeline-below-workflows", tomo("pipeline/"), tomo("workflows/", "report/", "cli/")),
    layer("init-below-cli", tomo("init/"), tomo("pipeline/", "workflows/", "report/", "cli/")),
    layer("init-for-the-cli", tomo("(?!init/|cli/)"), tomo("init/")),
    layer("report-below-cli", tomo("report/"), tomo("cli/")),
    layer("workflows-below-cli", tomo("workflows/"), tomo("cli/")),
    {
      name: "no-cycles",
      severity: "error",
      from: { pathNot: "\\.test\\.ts$" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-orphans-of-tests",
      severity: "error",
      from: { pathNot: "(\\.test\\.ts$|/testing/)" },
      to: { path: "(\\.test\\.ts$|/testing/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|build|node_modules)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs"],
      exportsFields: ["exports"],
      conditionNames: ["import"],
    },
  },
};
