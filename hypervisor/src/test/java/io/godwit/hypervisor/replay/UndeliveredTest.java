package io.godwit.hypervisor.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.hypervisor.replay.Undelivered.Copy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class UndeliveredTest {
    private static final long STOP = 1_000;

    private static byte[] frame(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Copy> copies(String... atMicros) {
        return Stream.of(atMicros)
                .map(each -> each.split("@"))
                .map(each -> new Copy(frame(each[0]), Long.parseLong(each[1])))
                .toList();
    }

    private static List<byte[]> frames(String... texts) {
        return Stream.of(texts).map(UndeliveredTest::frame).toList();
    }

    private static List<String> texts(List<byte[]> frames) {
        return frames.stream()
                .map(each -> new String(each, StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> of(List<Copy> copies, List<byte[]> waiting, int before) {
        return texts(Undelivered.of(copies, waiting, STOP, before));
    }

    @Test
    void shouldSendWhatQemuTookAfterTheStopWithoutAnythingTwice() {
        List<Copy> copies = copies("a@900", "b@999", "c@1000", "d@1001", "e@1002");
        assertThat(of(copies, frames("d", "e"), 0)).containsExactly("c", "d", "e");
        assertThat(of(copies, frames("c", "d", "e"), 0)).containsExactly("c", "d", "e");
        assertThat(of(copies, frames(), 0)).containsExactly("c", "d", "e");
        assertThat(of(copies, frames("b", "c", "d", "e"), 0)).containsExactly("b", "c", "d", "e");
    }

    @Test
    void shouldSendSoManyOfThoseThatQemuTookLastInAnyCase() {
        List<Copy> copies = copies("a@900", "b@999", "c@1000", "d@1001");
        assertThat(of(copies, frames("d"), 2)).containsExactly("b", "c", "d");
        assertThat(of(copies, frames("c", "d"), 2)).containsExactly("a", "b", "c", "d");
        assertThat(of(copies, frames("c", "d"), 9)).containsExactly("a", "b", "c", "d");
        assertThat(of(copies("a@900", "b@999"), frames(), 1)).containsExactly("b");
        assertThat(of(List.of(), frames(), 2)).isEmpty();
    }

    @Test
    void shouldSendWhatWaitsThoughItWasNotCopied() {
        assertThat(of(copies("a@900"), frames("x", "y"), 0)).containsExactly("x", "y");
        assertThat(of(copies("a@900", "b@1001"), frames("b", "x"), 0)).containsExactly("b", "x");
        assertThat(of(copies("a@900", "b@1001"), frames("x"), 0)).containsExactly("b", "x");
    }

    @Test
    void shouldTakeEqualFramesForWaitingRatherThanSendThemTwice() {
        List<Copy> copies = copies("same@900", "same@1001", "same@1002", "same@1003");
        assertThat(of(copies, frames("same", "same", "same"), 0)).hasSize(3);
    }

    @Test
    void shouldGuessByTheStopWhereTheTapCannotBeRead() {
        List<Copy> copies = copies("a@900", "b@999", "c@1000", "d@1001");
        assertThat(texts(Undelivered.guessed(copies, STOP, 0))).containsExactly("c", "d");
        assertThat(texts(Undelivered.guessed(copies, STOP, 1))).containsExactly("b", "c", "d");
        assertThat(texts(Undelivered.guessed(copies, 2_000, 1))).containsExactly("d");
    }

    @Test
    void shouldKnowALongFrameByItsBeginning() {
        byte[] whole = new byte[TapReplay.SNAPLEN + 10];
        Arrays.fill(whole, (byte) 7);
        Copy copy = new Copy(Arrays.copyOf(whole, TapReplay.SNAPLEN), 1_001);
        assertThat(Undelivered.of(List.of(copy), List.of(whole), STOP, 0)).containsExactly(whole);
    }

    /** A tap of which QEMU took the first frames, the last of them after the stop. */
    @Property
    void shouldLoseNothingAfterTheStopAndRepeatNothingBefore(
            @ForAll @IntRange(max = 20) int delivered,
            @ForAll @IntRange(max = 3) int takenAfterwards,
            @ForAll @IntRange(max = 20) int left,
            @ForAll @IntRange(max = 5) int uncopied,
            @ForAll @IntRange(max = 3) int before) {
        int all = delivered + takenAfterwards + left;
        List<Copy> copies = IntStream.range(0, all - Math.min(uncopied, left))
                .mapToObj(i -> new Copy(frame("f" + i), i < delivered ? STOP - 1 : STOP + i))
                .toList();
        List<byte[]> waiting = IntStream.range(delivered + takenAfterwards, all)
                .mapToObj(i -> frame("f" + i))
                .toList();

        int first = Math.max(0, Math.min(delivered, delivered + takenAfterwards - before));
        assertThat(of(copies, waiting, before))
                .isEqualTo(IntStream.range(first, all).mapToObj(i -> "f" + i).toList());
    }
}
