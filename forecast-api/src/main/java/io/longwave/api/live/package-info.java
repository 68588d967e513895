/** New points and events as they are committed, over server-sent events. */
@NullMarked
package io.longwave.api.live;

import org.jspecify.annotations.NullMarked;
