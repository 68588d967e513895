/** REST, server-sent events and the web page over what the model service stored. */
@NullMarked
package io.longwave.api;

import org.jspecify.annotations.NullMarked;
