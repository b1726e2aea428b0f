package io.godwit.testing;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyAttributes;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Every property tries the same samples in every run, so that a build that passed passes again; {@code -Dgodwit.explore=20} tries twenty times
 * as many, other ones each time, which is how new findings are looked for. A property that names a seed keeps it.
 */
public final class RepeatableProperties implements AroundPropertyHook {
    static final String EXPLORE = "godwit.explore";

    private static final int DEFAULT_TRIES = 1000;

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    /** Before jqwik's own hooks, which read the attributes. */
    @Override
    public int aroundPropertyProximity() {
        return Integer.MIN_VALUE;
    }

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        prepare(
                context.attributes(),
                context.containerClass().getName() + "."
                        + context.targetMethod().getName(),
                Integer.getInteger(EXPLORE, 0));
        return property.execute();
    }

    /** @param times how many times as many random samples, or 0 for the same ones each time */
    static void prepare(PropertyAttributes attributes, String name, int times) {
        if (attributes.seed().filter(seed -> !seed.isEmpty()).isPresent()) {
            return;
        }
        if (times > 0) {
            attributes.setTries(times * attributes.tries().orElse(DEFAULT_TRIES));
        } else {
            attributes.setSeed(Integer.toString(name.hashCode()));
        }
    }
}
