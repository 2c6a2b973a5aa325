import type { Decision } from "./decision.ts";
import type { InitTask } from "./found.ts";

interface ReadmeInput {
  readonly task: InitTask;
  readonly layout: string;
  readonly root: string;
  readonly counts: string;
  readonly hasTest: boolean;
  readonly decisions: readonly Decision[];
  readonly warnings: readonly string[];
}

/** First words of every README that init wrote; one without them is somebody's own. */
export const readmeMark = "<!-- written by tomo init -->";

export const readmeText = ({
  task,
  layout,
  root,
  counts,
  decisions,
  warnings,
  hasTest,
}: ReadmeInput): string =>
  `${readmeMark}
# ${task === "segmentation" ? "Segmentation" : "Classification"}

Data: ${layout}, in \`${root}\`. ${counts}.

## Run it

In this folder:

    npx tomo check             # all that can be known before a run
    npx tomo train             # --set epochs=1 num_training_epoch_per_valid=1 for a first try
    npx tomo validate          # measures models/ on the validation cases, into eval/
    npx tomo infer             # writes predictions into eval/${hasTest ? "; --set DATA_LIST_KEY=test for the others" : ""}

From elsewhere \`-m\` names this folder.

## What was decided

${decisions.map(({ what, why }) => `- ${what} — ${why}`).join("\n")}
${warnings.length === 0 ? "" : `\n## What to look at\n\n${warnings.map((text) => `- ${text}`).join("\n")}\n`}
## Files

| file | what |
| --- | --- |
| \`config/config_train.json\` | network, loss, transforms, epochs: what \`train\` does |
| \`config/config_validation.json\` | what \`validate\` and \`infer\` do |
| \`config/environment.json\` | where data and results lie |
| \`config/dataset_0.json\` | the cases, and which of them train and validate |
| \`.vscode/\` | lets VS Code complete and check these files; after an update of Tomo, or with components of your own: \`npx tomo schema -m . --kind all\` |

\`npx tomo explain train.model\` says what a value means and where it comes from, \`npx tomo list transforms\` what else there is.
`;
