import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Formats every Java source below the working directory (write), or fails naming those that are not (check). What was well formatted is remembered by
 * its content in target/, so that only changed files cost time.
 */
class Format {
    private static final Path MEMORY = Path.of("target", "formatted.txt");

    public static void main(String[] args) throws Exception {
        boolean write = args.length > 0 && args[0].equals("write");
        Set<String> known = Files.exists(MEMORY) ? new HashSet<>(Files.readAllLines(MEMORY)) : Set.of();
        Set<String> good = new TreeSet<>();
        List<Path> wrong = new ArrayList<>();
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(false)
                .build());
        for (Path file : sources()) {
            String source = Files.readString(file);
            if (!known.contains(identity(file, source))) {
                String formatted = format(formatter, file, source);
                if (!formatted.equals(source)) {
                    wrong.add(file);
                    if (!write || formatted.isEmpty()) {
                        continue;
                    }
                    Files.writeString(file, formatted);
                    source = formatted;
                }
            }
            good.add(identity(file, source));
        }
        Files.createDirectories(MEMORY.getParent());
        Files.write(MEMORY, good);
        wrong.forEach(file -> System.err.println((write ? "formatted " : "not formatted: ") + file));
        if (!write && !wrong.isEmpty()) {
            System.err.println("Repair it with: mvn -N -Dformat=write process-sources");
            System.exit(1);
        }
    }

    private static List<Path> sources() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("."))) {
            return files.filter(Format::isSource).toList();
        }
    }

    private static boolean isSource(Path file) {
        String name = file.toString();
        return name.endsWith(".java") && name.contains("/src/") && !name.contains("/target/");
    }

    /** Empty when the file cannot be parsed, which is told at once. */
    private static String format(Formatter formatter, Path file, String source) {
        try {
            return formatter.formatSourceAndFixImports(source);
        } catch (Exception e) {
            System.err.println(file + ": " + e.getMessage());
            return "";
        }
    }

    private static String identity(Path file, String source) throws Exception {
        byte[] hash = java.security.MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
        return java.util.HexFormat.of().formatHex(hash) + " " + file;
    }
}
