package io.godwit.daemon.config;

import java.util.List;

/** A configuration, or everything that is wrong with the file. */
public sealed interface ConfigResult<C> {
    record Valid<C>(C config) implements ConfigResult<C> {}

    record Invalid<C>(List<ConfigError> errors) implements ConfigResult<C> {
        public Invalid {
            errors = List.copyOf(errors);
        }
    }
}
