// Sends what a script has done, and says in words what the server, or its absence, answers.

/** The answer, or null without one, and the toast that tells of it: the server's own words, where it has any. */
export async function post(address, body) {
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  const answer = await fetch(address, { method: "POST", headers, body }).catch(() => null);
  const told = JSON.parse(answer?.headers.get("HX-Trigger") ?? "{}").toast;
  const words = document.querySelector("#words").dataset;
  return { answer, toast: told ?? { text: answer?.ok ? "" : words[answer ? "failed" : "offline"] } };
}
