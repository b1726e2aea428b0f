import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Formats every Java source below the working directory (write), or fails naming those that are not (check). */
class Format {
    public static void main(String[] args) throws Exception {
        boolean write = args.length > 0 && args[0].equals("write");
        var formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(false)
                .build());
        var wrong = new ArrayList<Path>();
        try (var files = Files.walk(Path.of("."))) {
            for (Path file : (Iterable<Path>) files.filter(Format::isSource)::iterator) {
                String source = Files.readString(file);
                String formatted;
                try {
                    formatted = formatter.formatSourceAndFixImports(source);
                } catch (Exception e) {
                    System.err.println(file + ": " + e.getMessage());
                    wrong.add(file);
                    continue;
                }
                if (!formatted.equals(source)) {
                    wrong.add(file);
                    if (write) {
                        Files.writeString(file, formatted);
                    }
                }
            }
        }
        wrong.forEach(file -> System.err.println((write ? "formatted " : "not formatted: ") + file));
        if (!write && !wrong.isEmpty()) {
            System.err.println("Repair it with: mvn -N -Dformat=write process-sources");
            System.exit(1);
        }
    }

    private static boolean isSource(Path file) {
        String name = file.toString();
        return name.endsWith(".java") && name.contains("/src/") && !name.contains("/target/");
    }
}
