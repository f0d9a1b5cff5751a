import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_HEIGHT, RowLayout } from '../../webview/state/row-layout.ts';

describe('the layout of rows', () => {
  it('finds each row at the place where it lies, whatever is open', () => {
    const open = fc.array(fc.record({ position: fc.nat(500), height: fc.integer({ min: 0, max: 900 }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(open, fc.nat(600), fc.nat(ROW_HEIGHT - 1), (rows, position, pixels) => {
        const layout = new RowLayout();
        for (const row of rows) layout.openAt({ position: row.position, id: 'x' }, row.height);
        expect(layout.positionAt(layout.topOf(position) + pixels)).toBe(position);
        const height = layout.topOf(position + 1) - layout.topOf(position);
        expect(height).toBe(ROW_HEIGHT + layout.detailHeight(position));
        expect(layout.positionAt(layout.topOf(position) + height - 1)).toBe(position);
      }),
    );
  });

  it('tells by how much a row has grown', () => {
    const layout = new RowLayout();
    layout.openAt({ position: 3, id: 'x' }, 100);
    expect(layout.measured(3, 130)).toBe(30);
    expect(layout.measured(3, 130)).toBe(0);
    expect(layout.measured(4, 130)).toBe(0);
    expect(layout.topOf(5)).toBe(5 * ROW_HEIGHT + 130);
  });

  it('lets the first go when too many are open', () => {
    const layout = new RowLayout();
    for (let position = 0; position < 150; position++) layout.openAt({ position, id: `${position}` });
    expect(layout.openRows).toHaveLength(100);
    expect(layout.isOpen(149)).toBe(true);
    expect(layout.isOpen(0)).toBe(false);
  });
});
