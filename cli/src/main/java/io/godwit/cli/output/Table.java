package io.godwit.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as they must be; numbers to the right. */
final class Table {
    private static final String GAP = "  ";

    private final List<String> headers;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> headers) {
        this.headers = List.copyOf(headers);
    }

    /** A cell of several lines makes a row of several lines. */
    void add(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    void render(StringBuilder out, String indent, Style style) {
        List<Integer> widths = new ArrayList<>();
        List<Boolean> numeric = new ArrayList<>();
        for (int column = 0; column < headers.size(); column++) {
            int at = column;
            widths.add(rows.stream()
                    .flatMap(row -> row.get(at).lines())
                    .mapToInt(String::length)
                    .reduce(headers.get(at).length(), Math::max));
            numeric.add(isNumeric(rows.stream().map(row -> row.get(at)).toList()));
        }
        line(out, indent, headers, widths, numeric, style, true);
        for (List<String> row : rows) {
            List<List<String>> cells =
                    row.stream().map(cell -> cell.lines().toList()).toList();
            int height = cells.stream().mapToInt(List::size).reduce(1, Math::max);
            for (int i = 0; i < height; i++) {
                int at = i;
                List<String> parts = cells.stream()
                        .map(cell -> at < cell.size() ? cell.get(at) : "")
                        .toList();
                line(out, indent, parts, widths, numeric, style, false);
            }
        }
    }

    private static void line(
            StringBuilder out,
            String indent,
            List<String> cells,
            List<Integer> widths,
            List<Boolean> numeric,
            Style style,
            boolean header) {
        StringBuilder line = new StringBuilder(indent);
        int last = cells.size() - 1;
        while (last > 0 && cells.get(last).isEmpty()) {
            last--;
        }
        for (int column = 0; column <= last; column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths.get(column) - cell.length());
            String styled = header ? style.bold(cell) : style.state(cell);
            line.append(column == 0 ? "" : GAP);
            if (numeric.get(column)) {
                line.append(padding).append(styled);
            } else {
                line.append(styled).append(column == last ? "" : padding);
            }
        }
        out.append(line).append('\n');
    }

    private static boolean isNumeric(List<String> cells) {
        return cells.stream().allMatch(cell -> cell.matches("-|[0-9]+(\\.[0-9]+)?"))
                && !cells.stream().allMatch("-"::equals);
    }
}
