package io.godwit.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.report.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceDocTest {
    private final Path root = Checkout.root();
    private final ConformanceDoc doc = new ConformanceDoc(root);

    @Test
    void shouldOnlyNameRowsOfTheList() {
        assertThat(doc.unknown())
                .as("rows named by @Conformance that the list does not have")
                .isEmpty();
    }

    /** {@code lab/conformance} runs this test with {@code -Dconformance=write}. */
    @Test
    void shouldBeUpToDate() throws IOException {
        Path file = ConformanceDoc.file(root);
        if ("write".equals(System.getProperty("conformance"))) {
            Files.createDirectories(root.resolve("docs"));
            Files.writeString(file, doc.text());
        }

        assertThat(Files.exists(file) && Files.readString(file).equals(doc.text()))
                .as("docs/CONFORMANCE.md no longer says what the tests prove: run lab/conformance and commit the page")
                .isTrue();
    }
}
