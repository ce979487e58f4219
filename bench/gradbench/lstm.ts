// GradBench `lstm`: the loss of a recurrent network whose weights are diagonal, so that every unit has scalars of its own.
import { grad } from "cotangent";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One step of one layer; hidden and cell are updated in place. Rows of weight and bias: forget, in, out, change. */
function updateLayer(weight: number[], bias: number[], hidden: number[], cell: number[], input: number[]): void {
  const b = hidden.length;
  for (let i = 0; i < b; i++) {
    const forget = sigmoid(input[i] * weight[i] + bias[i]);
    const ingate = sigmoid(hidden[i] * weight[b + i] + bias[b + i]);
    const outgate = sigmoid(input[i] * weight[2 * b + i] + bias[2 * b + i]);
    const change = Math.tanh(hidden[i] * weight[3 * b + i] + bias[3 * b + i]);
    cell[i] = cell[i] * forget + ingate * change;
    hidden[i] = outgate * Math.tanh(cell[i]);
  }
}

/** Feeds one character through all layers and returns the prediction of the next. */
function predict(main: number[][], extra: number[][], state: number[][], character: number[]): number[] {
  const [inWeight, outWeight, outBias] = extra;
  let signal = character.map((value, i) => value * inWeight[i]);
  for (let j = 0; j < main.length; j += 2) {
    updateLayer(main[j], main[j + 1], state[j], state[j + 1], signal);
    signal = state[j];
  }
  return signal.map((value, i) => value * outWeight[i] + outBias[i]);
}

export function objective(main: number[][], extra: number[][], initialState: number[][], sequence: number[][]): number {
  const state = initialState.map((row) => [...row]);
  let total = 0;
  for (let t = 0; t < sequence.length - 1; t++) {
    const prediction = predict(main, extra, state, sequence[t]);
    const norm = Math.log(2 + prediction.reduce((sum, value) => sum + Math.exp(value), 0));
    const target = sequence[t + 1];
    for (let i = 0; i < target.length; i++) total += target[i] * (prediction[i] - norm);
  }
  return -total / ((sequence.length - 1) * sequence[0].length);
}

export const jacobian = grad(objective, { wrt: [0, 1] });
