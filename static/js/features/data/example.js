/** A small table to try the dialog out with: a made-up year of rain and temperature, and the flow that follows from them. */

/** @returns {string} CSV */
export function exampleTable() {
  const rows = ["date,rain,temperature,flow"];
  let stored = 4;
  for (let day = 0; day < 120; day += 1) {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    const temperature =
      6 - 9 * Math.cos((2 * Math.PI * (day + 20)) / 365) + 2 * Math.sin(day * 1.7);
    const rain = Math.max(0, 6 * Math.sin(day * 0.61) * Math.sin(day * 0.13) - 0.8);
    stored = 0.9 * stored + 0.35 * rain;
    rows.push([date, rain.toFixed(1), temperature.toFixed(1), stored.toFixed(2)].join(","));
  }
  return `${rows.join("\n")}\n`;
}
