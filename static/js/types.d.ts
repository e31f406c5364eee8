/** The shapes that travel between the modules. Types only: nothing here is served as code. */

export type Direction = "forward" | "reverse";
export type Quantity = "i" | "f" | "g" | "o" | "c" | "h";
export type Gate = "i" | "f" | "g" | "o";
export type Letter = Quantity | "x" | "m";
export type Numbers = Float32Array | Float64Array;
export type Theme = "light" | "dark";
export type Order = "computation" | "column";
export type Granularity = "timestep" | "stage";
export type Level = "network" | "cell" | "gate" | "scalar";

export interface WireTensor {
  dtype: "f4" | "f8";
  shape: number[];
  bdata: string;
}
/** `first`: the timestep that stands first on the axis of time, where that is not the first of all. */
export interface Tensor {
  shape: number[];
  data: Numbers;
  first?: number;
}

export interface Config {
  input_size: number;
  hidden_size: number;
  num_layers: number;
  bias: boolean;
  batch_first: boolean;
  dropout: number;
  bidirectional: boolean;
  proj_size: number;
}
export type Nested = number | null | Nested[];
export type Weights =
  | { kind: "seed"; seed: number }
  | { kind: "preset"; name: string }
  | { kind: "state_dict"; tensors: Record<string, Nested> }
  | { kind: "upload"; id: string; prefix: string };
export type Input =
  | { kind: "random"; seq_len: number; batch_size: number; seed: number }
  | { kind: "values"; values: Nested }
  | { kind: "noise"; seq_len: number; batch_size: number; low: number; high: number; seed: number }
  | {
      kind: "impulse";
      seq_len: number;
      batch_size: number;
      at: number;
      width: number;
      amplitude: number;
      feature: number | null;
    }
  | {
      kind: "step";
      seq_len: number;
      batch_size: number;
      at: number;
      low: number;
      high: number;
      feature: number | null;
    }
  | {
      kind: "sine";
      seq_len: number;
      batch_size: number;
      period: number;
      phase: number;
      amplitude: number;
      feature: number | null;
    }
  | {
      kind: "sawtooth";
      seq_len: number;
      batch_size: number;
      period: number;
      phase: number;
      low: number;
      high: number;
      feature: number | null;
    }
  | {
      kind: "one_hot";
      seq_len: number;
      batch_size: number;
      pattern: number[] | null;
      amplitude: number;
    };
/** One thing for each timestep, or a list of them for each sample. */
export type Series<T> = (T | null)[] | (T | null)[][];
export interface NoteRow {
  name: string;
  kind: "label" | "target" | "prediction";
  values: Series<string | number>;
}
/** What people call the parts of an input: no number depends on it. */
export interface Notes {
  features: string[] | null;
  times: Series<string> | null;
  rows: NoteRow[];
  normalisation: string | null;
}
export interface TraceRequest {
  config: Config;
  dtype: "float32" | "float64";
  weights: Weights;
  input: Input;
  lengths: number[] | null;
  h_0: Nested;
  c_0: Nested;
  training: boolean;
  dropout_seed: number;
  notes?: Notes | null;
}

export interface Agreement {
  max_abs_difference: number | null;
  bit_equal: boolean;
  tolerance: number;
  ok: boolean;
}
/** `layers`: the same comparison of each layer alone, where the server makes it. */
export interface Parity extends Agreement {
  reference: string;
  layers?: (Agreement & { layer: number })[];
}
export interface Parameter {
  name: string;
  shape: number[];
  values: Tensor;
}
export interface Cell {
  layer: number;
  direction: Direction;
  i: Tensor;
  f: Tensor;
  g: Tensor;
  o: Tensor;
  c: Tensor;
  h: Tensor;
  m?: Tensor;
}
export interface Trace {
  id: string;
  request: TraceRequest;
  input: Tensor;
  parameters: Parameter[];
  cells: Cell[];
  output: Tensor;
  h_n: Tensor;
  c_n: Tensor;
  parity: Parity;
  nonfinite: number;
  /** By layer: what dropout multiplied that layer's joined output with, (T, N, D*R). Empty without dropout. */
  masks: Record<number, Tensor>;
  /** Derived once: sizes under the words of the page, and the valid timesteps of each sample. */
  seqLen: number;
  batchSize: number;
  directions: Direction[];
  unbatched: boolean;
  lengths: number[];
  /** The timesteps that are here, [start, stop): all of them, or a window. Tensors may hold one more at either end. */
  start: number;
  stop: number;
  /** Timesteps of every window of this trace but the last; all, where there is one. */
  windowSize: number;
}

/** Timesteps [start, stop) of a trace of `seqLen`, which is read in windows of `size`. */
export interface Window {
  start: number;
  stop: number;
  size: number;
  seqLen: number;
}

/** A long run as the server tells it: how far it is, in timesteps of cells. */
export interface LongRun {
  id: string;
  status: "waiting" | "running" | "done" | "cancelled" | "failed";
  done: number;
  total: number;
  seconds: number;
  rate: number | null;
  remaining: number | null;
  /** The HTTP status that stands for its failure. */
  code: number | null;
  detail: FieldError[];
}

/** Where everything on the page looks. `stage` counts within the cell's stages. */
export interface Cursor {
  layer: number;
  direction: Direction;
  timestep: number;
  stage: number;
  unit: number;
  sample: number;
  quantity: Quantity;
}
/** What a cursor can move over: the sizes of one sample of one trace, `length` timesteps from `start` on. */
export interface Extent {
  layers: number;
  directions: Direction[];
  start: number;
  length: number;
  stages: number;
}
/** `with_projection`: null for every cell, else only for cells with (or without) a projection. */
export interface Stage {
  name: string;
  formula: string;
  reads: string[];
  writes: string[];
  with_projection: boolean | null;
}

export interface Product {
  source: "x" | "h" | "m";
  index: number;
  weight: number;
  value: number;
  product: number;
}
export interface OpenedGate {
  products: Product[];
  bias_ih: number;
  bias_hh: number;
  z_x: number;
  z_h: number;
  pre_activation: number;
  activation: "sigmoid" | "tanh";
  value: number;
}
export interface Explanation {
  layer: number;
  direction: Direction;
  timestep: number;
  sample: number;
  unit: number;
  gates: Record<Gate, OpenedGate>;
  c_prev: number;
  forget_term: number;
  input_term: number;
  c: number;
  tanh_c: number;
  h: number | null;
  m?: number;
  projection?: Product[];
}

/** Pre-activations of one cell's gates at the timesteps [start, stop) of one sample, and how far each reaches. */
export interface Sums {
  id: string;
  layer: number;
  direction: Direction;
  sample: number;
  start: number;
  stop: number;
  z: Record<Gate, Tensor>;
  most: Record<Gate, number>;
}

/** Where a number stands in a trace; without a unit, the whole vector. `quantity` is a letter, or z_i, z_f, z_g, z_o. */
export interface Place {
  quantity: string;
  layer: number;
  direction: Direction;
  timestep: number;
  unit: number | null;
  sample: number;
}
/** With `weight` the number that is pointed at is a parameter's, and the place is that of what it is multiplied with. */
export interface Hover extends Place {
  weight?: { name: string; row: number; column: number | null };
  /** The answer that was read from the place, and not the place itself. */
  answer?: true;
  /** A tile beyond the end of its sample, where the reverse direction has its initial state's place. */
  padded?: boolean;
  /** With `tile` it is a tile of a map that is seen from afar, and the place is its first. */
  tile?: import("./figures/map-grid.js").Tile;
}

/** A quantity from afar: tiles of the timesteps times[k] to times[k + 1] and the units likewise, with numbers of (time, unit). */
export interface Tiles {
  times: number[];
  units: number[];
  min: Numbers;
  mean: Numbers;
  max: Numbers;
}

export interface Sentence {
  text: string;
  key: string;
  cursor: Partial<Cursor> | null;
}
/** The linear layer on h of a trained preset, and how its values are read: app/schemas/readouts.py says each kind. */
export interface Readout {
  weight: number[][];
  bias: number[];
  answer:
    | { kind: "levels"; cuts: number[]; labels: string[] | string[][] }
    | { kind: "likeliest"; labels: string[] }
    | { kind: "number"; near: number | null };
}
export interface Preset {
  name: string;
  title: string;
  trained: boolean;
  accuracy: number | null;
  tokens: string[] | null;
  targets: string[] | null;
  readout: Readout | null;
  story: Sentence[];
  request: TraceRequest;
}
export interface FieldError {
  type: string;
  loc: (string | number)[];
  msg: string;
  ctx?: Record<string, string | number | boolean>;
}
export interface Failure {
  status: number;
  detail: FieldError[];
}

export type ColumnRole = "feature" | "time" | "sample" | "label" | "target" | "prediction" | "skip";
export interface InputColumn {
  name: string;
  kind: "number" | "date" | "text" | "empty";
  taken_as: ColumnRole;
  missing: number;
  cells: (string | null)[];
}
/** What the server finds in data that a reader brings. */
export interface InputPreview {
  format: string;
  rows: number;
  samples: number;
  columns: InputColumn[];
  hidden_columns: number;
  arrays: { name: string; shape: number[]; dtype: string }[];
  tokens: string[];
  distinct_tokens: number;
  remark_items: FieldError[];
}
/** Data as an input, as the reader's choices have it. */
export interface InputReading {
  format: string;
  input: { kind: "values"; values: any };
  seq_len: number;
  batch_size: number;
  input_size: number;
  lengths: number[] | null;
  notes: Notes;
  remark_items: FieldError[];
  normalisation: { method: "none" | "z_score" | "min_max"; features: Record<string, any>[] };
}

/** The preset that a request began as; `edited` says that a field had changed since. */
export interface Origin {
  preset: string | null;
  edited: boolean;
}

/** What the shape check is asked. `means`: what the axes are to who asks, as letters N, T, I in their order, "" if not said. */
export interface ShapeQuestion {
  shape: number[];
  means: string;
  batch_first: boolean;
  input_size: number;
  hidden_size: number;
  num_layers: number;
  bidirectional: boolean;
  proj_size: number;
  lengths: number[] | null;
  h_0: number[] | null;
}

/** The shown run beside the same one with its padding read as data. */
export type Comparison =
  | { phase: "running"; run: LongRun | null }
  | { phase: "failed"; detail: FieldError[] | null }
  | { phase: "done"; padded: Trace; rows: import("./model/comparison.js").ComparisonRow[] };

export interface State {
  presets: Preset[];
  /** The preset that the request began as; `edited` says that a field has changed since. */
  preset: string | null;
  edited: boolean;
  request: TraceRequest | null;
  trace: Trace | null;
  /** What the trace that is on its way was asked for as, and what the one that is shown was. */
  asked: Origin | null;
  drawn: Origin | null;
  /** Text of fields that could not be read as JSON, by path: kept as typed. */
  unread: Record<string, string>;
  /** The long run that is waited for, and what was asked for by one that was cancelled. */
  run: LongRun | null;
  cancelled: (Origin & { request: TraceRequest }) | null;
  /** Whether another window of the shown trace is on its way. */
  reading: boolean;
  comparison: Comparison | null;
  pending: boolean;
  failure: Failure | null;
  offline: boolean;
  notice: string | null;
  /** Where the cursor goes when the trace that is on its way has come. */
  cursor: Cursor;
  wanted: Cursor | null;
  order: Order;
  granularity: Granularity;
  speed: number;
  playing: boolean;
  /** How deep the reader looks; where, the cursor says. */
  level: Level;
  /** The page of the tour that is open, and what the shape check is asked. */
  tour: string | null;
  shapeCheck: ShapeQuestion | null;
  showReturns: boolean;
  theme: Theme;
  explanation: Explanation | null;
  sums: Sums | null;
  /** The number that is pointed at. */
  hover: Hover | null;
  /** Numbers that stay in sight, and those that the shown run has not, which come back with one that has. */
  pins: Place[];
  lost: Place[];
  /** The file of weights that was uploaded last, or that a link's weights are in. */
  upload: import("./state/upload.js").Upload | null;
  /** How the maps are looked at. */
  maps: import("./model/map-view.js").MapView;
}

/** A value, what changes it, and who is called when it has changed. */
export interface Store<S> {
  get(): S;
  update(transition: (state: S) => S): void;
  subscribe(listener: (state: S, previous: S) => void): () => void;
}
export type Transition = (state: State) => State;
/** Draws a state, `previous` being the one drawn before it; null for the first. */
export interface View {
  render(state: State, previous: State | null, resized: boolean): void;
}
/** Which number is under the pointer, or has the focus. */
export interface Probes {
  add(host: Element, probe: import("./views/pointing/probes.js").Probe): void;
  at(
    target: EventTarget | null,
    point: import("./views/pointing/probes.js").Point,
  ): import("./views/pointing/probes.js").Hit | null;
}
/** What every view is given. */
export interface Context {
  store: Store<State>;
  /** A message of the catalog, and what the server said in the words of the catalog. */
  t: import("./base/i18n.js").Translate;
  say: import("./base/i18n.js").Say;
  stages: Stage[];
  toast(text: string): void;
  actions: Actions;
  probes: Probes;
}
/** What a reader can do to the page, whichever view it is done from. */
export interface Actions {
  /** Run a preset; without a cursor, look at it from its top. */
  choose(preset: Preset, cursor: Cursor | null): void;
  /** Set a field of the request, by its path. */
  edit(path: string, setting: unknown): void;
  retry(): void;
  /** Give up the long run; before anything was shown, the first preset is. */
  cancel(): void;
  resume(): void;
  /** The cursor at a timestep of the whole trace, in this window or another. */
  look(timestep: number): void;
  /** One level deeper or further up, at the place that was pointed at; the way back is a step of the history. */
  level(level: Level, place?: Partial<Cursor>): void;
  /** Another order of the units, or other colours of the maps: a step of the history. */
  maps(part: Partial<import("./model/map-view.js").MapView>): void;
  /** A page of the tour, by its key. */
  tour(key: string): void;
  tourAgain(): void;
  leaveTour(): void;
  /** Ask again what a node that has the focus is on. */
  probe(node: Element): void;
  /** The number that is pointed at, else that of the cursor, pinned or no longer. */
  pin(): void;
  /** The cursor on a pinned number, in whichever window it is. */
  visit(pin: Place): void;
  /** What the shape check is asked; null closes it. To open and to close it are steps of the history. */
  shapeCheck(question: ShapeQuestion | null): void;
  /** A request from elsewhere on the page, as if it stood in the form. */
  run(request: TraceRequest): void;
  /** A file of weights for the server to read. */
  upload(file: File): void;
  cancelUpload(): void;
  lookAtUpload(): void;
  /** The server forgets a file; where its weights are in the form, they are drawn from a seed instead. */
  removeUpload(id: string, used: boolean): void;
  /** Run an LSTM of the uploaded file. */
  chooseLstm(prefix: string): void;
  copy(text: string): void;
  /** The dialog of data, on a file that was dropped. */
  bringData(file?: File | null): void;
  /** Run with data as the input, and say what gave way for it. */
  useData(request: TraceRequest, notes: string[]): void;
  compare(): void;
  stopComparing(): void;
  help(): void;
  /** The paths of the form's fields. */
  fields(): string[];
  /** The focus in a field. */
  focus(path: string): void;
  /** The form beside the page, open or closed, where it is not always there. */
  rail(open: boolean): void;
  writeAddress(): void;
}

declare global {
  /** What the vendored script of the API's documentation puts into the window. */
  function SwaggerUIBundle(options: object): unknown;
}
