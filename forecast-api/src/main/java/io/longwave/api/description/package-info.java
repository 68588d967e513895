/** The API's description: OpenAPI 3.1 at {@code /v3/api-docs}. */
@NullMarked
package io.longwave.api.description;

import org.jspecify.annotations.NullMarked;
