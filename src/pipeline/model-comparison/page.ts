// A comparison as one HTML page, pictures and style in it, that opens without a network.
import { render, type View } from "../../codegen/template.ts";
import { comparedConfusion, comparedCurves, costChart } from "../../evaluate/comparison-charts.ts";
import { openPage } from "../../evaluate/draw-chart.ts";
import { readFolder } from "../resources.ts";
import { COLUMNS, CORE_TITLES, columnsOf, TABLES, UNKNOWN, writeSpread } from "./columns.ts";
import { COSTS, type ComparedResult, MARKED_POINTS, type ModelComparison } from "./comparison.ts";
import { COMPARED_CORES, type OperatorCost } from "./costs.ts";
import { MARK, MEANINGS, protocolRows } from "./wording.ts";

const TEMPLATE = "comparison.html.hbs";

/** A model that has figures. */
interface Row extends ComparedResult {
  readonly id: string;
  readonly title: string;
}

/** Draws the next picture of the page. */
type Draw = ReturnType<typeof openPage>;

export async function comparisonPage(comparison: ModelComparison): Promise<string> {
  const { name, models, protocol } = comparison;
  const rows = models.flatMap(({ id, title, result }) =>
    result.kind === "compared" ? [{ id, title, ...result }] : [],
  );
  const refused = models.flatMap(({ id, result }) => (result.kind === "refused" ? [{ id, ...result }] : []));
  const draw = openPage();
  const views: View[] = [];
  const costs = await costViews(rows, draw);
  for (const row of rows) views.push(await modelView(row, protocol.labels, draw));
  const view: View = {
    name,
    count: models.length,
    seeds: protocol.draws.map(({ seed }) => seed).join(", "),
    hasSeveralSeeds: protocol.draws.length > 1,
    isLeaking: protocol.draws.some(({ leaking }) => leaking),
    protocol: protocolRows(comparison).map(([title, value]) => ({ title, value })),
    meanings: MEANINGS.map(([title, value]) => ({ title, value })),
    cores: COMPARED_CORES.map((core) => ({ text: CORE_TITLES[core] })),
    notes: [...new Set(protocol.draws.flatMap(({ notes }) => notes))].map((text) => ({ text })),
    refused: refused.map(({ id, seed, message, hint }) => ({ id, seed, message, hint })),
    hasRefused: refused.length > 0,
    isCompared: rows.length > 0,
    mark: MARK,
    markedPoints: MARKED_POINTS,
    isMarked: rows.some((row) => row.isMarked),
    tables: rows.length > 0 ? TABLES.map((table) => tableView(table, rows)) : [],
    costs,
    labels: protocol.labels.map((text) => ({ text })),
    recalls: rows.map(({ id, recall }) => ({
      id,
      cells: recall.map((share) => ({ text: share === null ? UNKNOWN : (100 * share).toFixed(2) })),
    })),
    models: views,
  };
  return render(readFolder("reports").get(TEMPLATE)!, view, `reports/${TEMPLATE}`, "html");
}

function tableView({ title, groups }: (typeof TABLES)[number], rows: readonly Row[]): View {
  const columns = groups.flatMap((group) => columnsOf(group));
  const marks = title === "Accuracy";
  return {
    title,
    anchor: title.toLowerCase().replaceAll(" ", "-"),
    caption: CAPTIONS[title],
    groups: groups.map((group) => ({ title: group, span: columnsOf(group).length })),
    columns: columns.map((id) => ({ title: COLUMNS[id].title })),
    rows: rows.map(({ id: model, isMarked, figures }) => ({
      id: model,
      isMarked: marks && isMarked,
      cells: columns.map((id) => ({ text: writeSpread(id, figures[id], "percent") })),
    })),
  };
}

const CAPTIONS = {
  Accuracy: "Test windows, in %; best int8 macro F1 first",
  "Size and work": "Of one network and one inference; no figure is milliseconds",
  Training: "Time is of the machine that trained; validation accuracy in %",
} as const satisfies Readonly<Record<(typeof TABLES)[number]["title"], string>>;

const COST_TITLES = {
  bytes: { title: "Accuracy against size", axis: "bytes of the int8 .tflite (logarithmic scale)" },
  lx6Instructions: {
    title: "Accuracy against work",
    axis: "instructions of one inference, compiled for the ESP32 (estimated, logarithmic scale)",
  },
} as const satisfies Readonly<Record<(typeof COSTS)[number], unknown>>;

/** A picture for each cost that is known of a model. */
async function costViews(rows: readonly Row[], draw: Draw): Promise<View[]> {
  const views: View[] = [];
  for (const id of COSTS) {
    const { title, axis } = COST_TITLES[id];
    const points = rows.flatMap(({ id: name, figures, front }) => {
      const { mean: accuracy, deviation } = figures.int8Accuracy!;
      const cost = figures[id];
      return cost === null ? [] : [{ name, cost: cost.mean, accuracy, deviation, isFront: front[id] }];
    });
    if (points.length === 0) continue;
    const best = points.filter(({ isFront }) => isFront).map(({ name }) => name);
    const others = rows.filter(({ figures }) => figures[id] === null).map((row) => row.id);
    views.push({
      title,
      svg: await draw(costChart(points, axis)),
      description: `${title}: on the Pareto front ${best.length === 1 ? "is" : "are"} ${best.join(", ")}.`,
      hasError: points.some(({ deviation }) => deviation !== null),
      front: best.join(", "),
      hasOthers: others.length > 0,
      others: others.join(", "),
    });
  }
  return views;
}

async function modelView(row: Row, labels: readonly string[], draw: Draw): Promise<View> {
  const { id, title, runs, confusion } = row;
  const draws = runs.map(({ seed, training }) => ({ seed, ...training }));
  const kept = draws.map(({ seed, bestEpoch, history, pruning, aware }) => {
    const loss = history[bestEpoch - 1]!.validationLoss;
    const validation = loss === null ? "" : `, validation loss ${loss.toFixed(3)}`;
    const tuned =
      pruning === null ? "" : `, pruned, then epoch ${pruning.bestEpoch} of ${pruning.history.length}`;
    const asInt8 = aware === null ? "" : `, for int8 epoch ${aware.bestEpoch} of ${aware.history.length}`;
    return `seed ${seed}: epoch ${bestEpoch} of ${history.length}${validation}${tuned}${asInt8}`;
  });
  const accuracy = writeSpread("int8Accuracy", row.figures.int8Accuracy, "percent");
  return {
    id,
    title,
    kept: kept.join("; "),
    curves: await draw(comparedCurves(draws)),
    curvesDescription: `Loss and accuracy of ${id} by epoch; kept: ${kept.join("; ")}.`,
    matrix: await draw(comparedConfusion(labels, confusion)),
    matrixDescription: `Confusion matrix of ${id} in int8, accuracy ${accuracy} %; the same windows as a table below.`,
    confusion: confusion.map((windows, label) => ({
      label: labels[label]!,
      cells: windows.map((text) => ({ text: count(text) })),
    })),
    operators: operatorViews(runs[0]!.engines.operators),
  };
}

/** Operators are the same with every seed; their estimates are the first one's. */
function operatorViews(operators: readonly OperatorCost[]): View[] {
  return operators.map((one) => ({
    operator: one.operator,
    cells: [one.count, one.parameters, one.macs, one.constantBytes, one.outputBytes].map((value) => ({
      text: count(value),
    })),
    work: COMPARED_CORES.map((core) => {
      const own = one.instructions[core];
      const all = operators.reduce((sum, { instructions }) => sum + (instructions[core] ?? 0), 0);
      return {
        instructions: own === null ? UNKNOWN : count(own),
        share: own === null ? UNKNOWN : `${((100 * own) / all).toFixed(1)} %`,
      };
    }),
  }));
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
