package io.godwit.xtr.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The counter blocks of all data threads, summed when somebody asks. */
public final class Counters {
    private final List<CounterBlock> blocks = new ArrayList<>();

    /** A block for one more thread. Before the threads start. */
    public CounterBlock newBlock() {
        CounterBlock block = new CounterBlock();
        blocks.add(block);
        return block;
    }

    public long sum(Counter counter) {
        long sum = 0;
        for (CounterBlock block : blocks) {
            sum += block.get(counter);
        }
        return sum;
    }

    public long sum(DropReason reason) {
        long sum = 0;
        for (CounterBlock block : blocks) {
            sum += block.get(reason);
        }
        return sum;
    }

    /** Every value by its stable name, in declaration order: counters, then drop reasons. */
    public Map<String, Long> snapshot() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            all.put(counter.shown(), sum(counter));
        }
        for (DropReason reason : DropReason.values()) {
            all.put(reason.shown(), sum(reason));
        }
        return all;
    }
}
