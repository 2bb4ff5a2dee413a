// What a page does in the browser. Each module adds one behaviour to what the server rendered.
import "./scripts/fragments.js";
import "./scripts/menus.js";
import "./scripts/toasts.js";
import "./scripts/keys.js";
import "./scripts/rows.js";
import "./scripts/board.js";
import "./scripts/columns.js";
import "./scripts/combobox.js";
import "./scripts/words.js";
import "./scripts/sorting.js";
import "./scripts/groups.js";
import "./scripts/palette.js";
import "./scripts/forms.js";
import "./scripts/drafts.js";
import "./scripts/mentions.js";
import "./scripts/upload.js";
import "./scripts/files.js";
import "./scripts/strips.js";
import "./scripts/writing.js";
import "./scripts/live.js";

// For whoever has signed in; where a browser keeps no workers, as in a private window, all goes on without.
if (document.body.dataset.user) navigator.serviceWorker?.register("/service-worker.js").catch(() => {});
