// A model's float graph before any training: its operators, shapes and sizes are those of the trained one.
import type { Graph } from "../ir/graph.ts";
import type { Preprocessing } from "../signal/preprocessing.ts";
import type { TrainSpec } from "../spec/band.ts";
import type { ResolvedModel } from "../spec/model.ts";
import { seededRandom } from "../util/random.ts";
import { openBackend } from "./backend.ts";
import { exportGraph } from "./export.ts";
import { createNetwork } from "./network.ts";

/** @throws UserError train/backend-missing */
export async function untrainedGraph(
  model: ResolvedModel,
  preprocessing: Preprocessing,
  backend: TrainSpec["backend"],
): Promise<Graph> {
  await openBackend(backend);
  const network = createNetwork(model, seededRandom(0));
  try {
    return exportGraph(network, { preprocessing, inputQuantizer: null });
  } finally {
    network.dispose();
  }
}
