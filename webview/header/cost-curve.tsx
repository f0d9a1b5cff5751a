import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { PanelHeader } from '../../core/common/protocol/panel.ts';
import { clockTime } from '../stream/row-words.ts';

/** CSS pixels. */
const HEIGHT = 34;

/** Spend over time, small: where the pointer is, it says how much it was. */
export function CostCurve({ curve }: { readonly curve: PanelHeader['curve'] }) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const pointed = useSignal('');

  useLayoutEffect(() => {
    const parent = element.current;
    if (!parent) return;
    // The theme is known to style sheets only; a canvas has to ask, and not with every stroke.
    let colors = { line: '', below: '' };
    const readColors = () => {
      const { color, borderTopColor } = getComputedStyle(parent);
      colors = { line: color, below: borderTopColor };
    };
    readColors();
    const created = new uPlot(
      {
        width: Math.max(1, parent.clientWidth),
        height: HEIGHT,
        padding: [3, 2, 1, 2],
        legend: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: false }, y: { range: (_, low, high) => [Math.min(0, low), Math.max(high, 0.000_1)] } },
        cursor: { y: false, points: { size: 5 }, drag: { setScale: false, x: false, y: false } },
        series: [
          {},
          { stroke: () => colors.line, fill: () => colors.below, width: 1.5, points: { show: false }, ...steps() },
        ],
        hooks: {
          setCursor: [
            ({ cursor: { idx }, data }) => {
              const at = idx == null ? undefined : data[0][idx];
              const usd = idx == null ? undefined : data[1]?.[idx];
              pointed.value = at === undefined || usd == null ? '' : `${dollars(usd)} at ${clockTime(at)}`;
            },
          ],
        },
      },
      [[], []],
      parent,
    );
    plot.current = created;
    const resized = new ResizeObserver(() => {
      if (parent.clientWidth > 0) created.setSize({ width: parent.clientWidth, height: HEIGHT });
    });
    resized.observe(parent);
    // The editor tells the theme in the attributes of these two.
    const themed = new MutationObserver(() => {
      readColors();
      created.redraw(false);
    });
    for (const each of [document.documentElement, document.body])
      themed.observe(each, { attributes: true, attributeFilter: ['class', 'style'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      created.destroy();
    };
  }, [pointed]);

  useLayoutEffect(() => {
    plot.current?.setData([curve.map(([at]) => at), curve.map(([, usd]) => usd)]);
  }, [curve]);

  const first = curve[0];
  const last = curve.at(-1);
  const label =
    first && last
      ? `Spend over time: ${dollars(first[1])} at ${clockTime(first[0])} to ${dollars(last[1])} at ${clockTime(last[0])}`
      : 'Spend over time: nothing yet';
  return (
    <div class="curve">
      <div class="curve-plot" ref={element} role="img" aria-label={label} />
      <span class="curve-pointed" aria-hidden="true">
        {pointed}
      </span>
    </div>
  );
}

/** Money is spent with a request, not between two. */
function steps(): { paths?: uPlot.Series.PathBuilder } {
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return stepped ? { paths: stepped } : {};
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`;
}
