/** Configuration files: YAML against a JSON schema, every error at once with its place. */
@NullMarked
package io.godwit.daemon.config;

import org.jspecify.annotations.NullMarked;
