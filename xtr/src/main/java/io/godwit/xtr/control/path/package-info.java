/** What is known of the paths to locators. */
@NullMarked
package io.godwit.xtr.control.path;

import org.jspecify.annotations.NullMarked;
