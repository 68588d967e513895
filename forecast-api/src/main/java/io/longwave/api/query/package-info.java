/** How a query says times, page sizes and where a page goes on. */
@NullMarked
package io.longwave.api.query;

import org.jspecify.annotations.NullMarked;
