// Makes pages quicker and livelier; every page is whole without it.
(() => {
  const chartsAddress = document.currentScript.dataset.charts;
  let library;
  const echartsLoaded = () =>
    (library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = chartsAddress;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    }));

  // A figure holds a table of days; the chart is drawn from that table, so both always say the same.
  const seriesOf = (table) => {
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const rows = [...table.tBodies[0].rows];
    return {
      days: rows.map((row) => row.cells[0].textContent.trim()),
      series: heads.map((head, at) => ({
        name: head.textContent.trim(),
        isMoney: head.dataset.unit === "money",
        values: rows.map((row) => (row.cells[at + 1].dataset.value === "" ? null : Number(row.cells[at + 1].dataset.value))),
      })),
    };
  };

  const draw = (echarts, figure) => {
    const { days, series } = seriesOf(figure.querySelector("table"));
    const holder = document.createElement("div");
    holder.className = "fx-chart";
    holder.setAttribute("aria-hidden", "true");
    figure.prepend(holder);
    figure.querySelector("details").open = false;
    const sign = figure.dataset.sign || "";
    const mixed = series.some((one) => one.isMoney) && series.some((one) => !one.isMoney);
    const chart = echarts.init(holder, null, { renderer: "svg" });
    const axis = (isMoney, show) => ({ type: "value", show, minInterval: isMoney ? 0 : 1, splitLine: { show: isMoney || !mixed, lineStyle: { color: "#eef0f4" } }, axisLabel: { formatter: (value) => (isMoney ? sign : "") + value.toLocaleString() } });
    chart.setOption({
      color: ["#1f5fd6", "#e08a1e", "#d5dce8"],
      animation: false,
      grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8 },
      tooltip: { trigger: "axis" },
      xAxis: { type: "category", data: days, boundaryGap: true, axisTick: { show: false }, axisLine: { lineStyle: { color: "#d0d5dd" } } },
      yAxis: mixed ? [axis(true, true), axis(false, true)] : [axis(series.every((one) => one.isMoney), true)],
      series: series.map((one) => ({
        name: one.name,
        type: one.isMoney ? "line" : "bar",
        z: one.isMoney ? 3 : 2,
        showSymbol: one.values.filter((value) => value !== null).length === 1, // a line of one point is none
        connectNulls: true,
        barMaxWidth: 14,
        areaStyle: one.isMoney ? { opacity: 0.06 } : undefined,
        yAxisIndex: mixed && !one.isMoney ? 1 : 0,
        data: one.values,
        tooltip: { valueFormatter: (value) => (value === null || value === undefined ? "–" : one.isMoney ? sign + Number(value).toLocaleString(undefined, { minimumFractionDigits: 2 }) : value) },
      })),
    });
    new ResizeObserver(() => chart.resize()).observe(holder);
  };

  const enliven = (root) => {
    const figures = [...root.querySelectorAll("[data-chart]:not([data-drawn])")];
    figures.forEach((figure) => (figure.dataset.drawn = "1"));
    if (figures.length) echartsLoaded().then((echarts) => figures.forEach((figure) => draw(echarts, figure)));
    root.querySelectorAll("[data-copy][hidden], [data-tick-all][hidden]").forEach((control) => (control.hidden = false));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      (navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject()).catch(() => document.execCommand("copy"));
      button.textContent = button.dataset.done;
    }
    document.querySelectorAll("details.fx-drop[open]").forEach((drop) => drop.contains(event.target) || (drop.open = false));
  });
  // Weights that must come to 100: the sum follows what is typed; the server adds up again.
  document.addEventListener("input", (event) => {
    const group = event.target.closest("[data-sum]");
    if (!group) return;
    const sum = [...group.querySelectorAll("input")].reduce((total, field) => total + (Number(field.value) || 0), 0);
    const told = group.querySelector("[data-total]");
    const shown = Math.round(sum * 100) / 100;
    told.textContent = `${shown}%`;
    told.className = shown === 100 ? "fx-rise" : "fx-fall";
  });
  // One tick for every line of a list.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset.tick;
    if (!name) return;
    event.target.form.querySelectorAll(`input[name="${name}"]`).forEach((box) => (box.checked = event.target.checked));
  });
  document.addEventListener("htmx:load", (event) => enliven(event.target));
  document.addEventListener("DOMContentLoaded", () => enliven(document));
})();
