// Talking to the control API of the playground.

// The token stands behind the # of the address that was printed at start: browsers send that part to nobody.
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";

let base = "control"; // where the calls of the chosen platform are

export const turnTo = (side) => { base = side.control; };

export async function control(method, path, body, { under = base, signal } = {}) {
  const answer = await fetch(`${under}/${path}`, {
    method,
    signal,
    headers: { "X-Playground-Token": token, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error || `${answer.status}`);
  return told;
}

export const get = (path, signal) => control("GET", path, undefined, { signal });
export const sides = async () => (await control("GET", "sides", undefined, { under: "control" })).sides;
export const post = (path, body = {}) => control("POST", path, body);
export const patch = (path, body) => control("PATCH", path, body);

// Pictures are fetched by <img>, which cannot send a header.
export const fileAddress = (fileId) => `${base}/files/${encodeURIComponent(fileId)}?token=${encodeURIComponent(token)}`;
export const faceAddress = (user) =>
  `${base}/users/${user.id}/picture?token=${encodeURIComponent(token)}&v=${encodeURIComponent(user.picture.unique_id)}`;
