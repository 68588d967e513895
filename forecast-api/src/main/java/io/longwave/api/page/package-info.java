/** The web page. */
@NullMarked
package io.longwave.api.page;

import org.jspecify.annotations.NullMarked;
