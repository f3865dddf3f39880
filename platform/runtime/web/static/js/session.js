// A form that outlived its session: sign in over the page, then it is sent as it stands. Nothing typed is lost.
import { ask, say } from "newel/page";

/** Whether a form may be sent now: yes where the session lives, or once its owner has signed in again. */
export async function signedIn() {
  const answer = await ask("/session", { headers: { Accept: "application/json" } });
  if (answer.ok && !answer.redirected) {
    renew((await answer.json()).csrf_token);
    return true;
  }
  return signInAgain();
}

/** Puts the session's token where forms and scripts take it from. */
function renew(token) {
  const meta = document.querySelector("meta[name=csrf-token]");
  if (meta) meta.content = token;
  for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
}

/** The sign-in form as the server gives it now, null where somebody is signed in already. */
async function signInForm() {
  const page = await fetch("/sign-in", { credentials: "same-origin" });
  return new DOMParser().parseFromString(await page.text(), "text/html").querySelector("form[action='/sign-in']");
}

async function signInAgain() {
  const form = await signInForm();
  if (!form) return true;
  const box = document.createElement("dialog");
  box.className = "dialog";
  box.setAttribute("aria-labelledby", "again-title");
  const head = document.createElement("div");
  head.className = "dialog-head";
  const title = document.createElement("h2");
  title.id = "again-title";
  title.textContent = say("Sign in again");
  head.append(title);
  const body = document.createElement("div");
  body.className = "dialog-body form-stack";
  const words = document.createElement("p");
  words.className = "muted";
  words.textContent = say("Your session has ended. What you typed is still here and is saved as soon as you are in again.");
  body.append(words, ...form.querySelectorAll("input[type=hidden], .field"));
  for (const field of body.querySelectorAll("[id]")) field.id = `again-${field.id}`;
  for (const label of body.querySelectorAll("label[for]")) label.htmlFor = `again-${label.htmlFor}`;
  const user = document.querySelector("form[data-user]")?.dataset.user;
  if (user) body.querySelector("[name=email]").value = user;
  const problem = document.createElement("p");
  problem.className = "bad";
  problem.setAttribute("role", "alert");
  body.prepend(problem);
  const foot = document.createElement("div");
  foot.className = "dialog-foot";
  const cancel = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: say("Cancel") });
  const go = Object.assign(document.createElement("button"), { className: "btn btn-primary", textContent: say("Sign in again") });
  foot.append(cancel, go);
  const asking = document.createElement("form");
  asking.dataset.plain = "";
  asking.append(body, foot);
  box.append(head, asking);
  document.body.append(box);
  box.showModal();
  body.querySelector(user ? "[name=password]" : "[name=email]").focus();
  return new Promise((resolve) => {
    const end = (value) => {
      resolve(value);
      box.close();
      box.remove();
    };
    cancel.addEventListener("click", () => end(false));
    box.addEventListener("cancel", () => end(false));
    asking.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      // Other requests of the page may have got a visitor's cookie of their own meanwhile: the token must fit the last one.
      const token = (await signInForm())?.querySelector("[name=csrf_token]");
      if (token) asking.querySelector("[name=csrf_token]").value = token.value;
      const answer = await fetch("/sign-in", { method: "POST", body: new URLSearchParams(new FormData(asking)), credentials: "same-origin" });
      const session = answer.ok ? await ask("/session", { headers: { Accept: "application/json" } }) : null;
      if (session?.ok && !session.redirected) {
        renew((await session.json()).csrf_token);
        end(true);
        return;
      }
      const again = new DOMParser().parseFromString(await answer.text(), "text/html");
      problem.textContent = again.querySelector(".notice.is-bad")?.textContent.trim() || say("That did not work. Try again in a moment.");
    });
  });
}
