// Calls of the API. A failed call throws a Problem with what the service said (RFC 9457).

export class Problem extends Error {
  constructor(status, type, detail) {
    super(detail);
    this.status = status;
    this.type = type;
  }
}

export async function get(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== ""));
  return call("GET", `${path}${query.size ? `?${query}` : ""}`);
}

export async function remove(path) {
  await call("DELETE", path);
}

export async function put(path, body) {
  await call("PUT", path, body);
}

/** Sends files. */
export async function post(path, form) {
  return call("POST", path, form);
}

async function call(method, path, body) {
  const files = body instanceof FormData; // whose boundary only the browser knows
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method, headers: { Accept: "application/json", ...(body && !files && { "Content-Type": "application/json" }) },
      body: files ? body : body && JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, "unreachable", "the service does not answer");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) {
    throw new Problem(response.status, (answer?.type ?? "").replace("urn:longwave:problem:", ""), answer?.detail ?? `status ${response.status}`);
  }
  return { body: answer, headers: response.headers };
}
