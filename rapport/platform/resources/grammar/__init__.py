"""Conditions in words: `stage is Customer and (owner is me or changed is after last month)`.

One grammar for the filters of lists, for the API's `where`, and for every rule that somebody writes. It knows nothing
of the web. `parse` makes of a text a `Condition`; `write` makes of its tree the text again, in the reader's words or in
those that every language understands; `complete` says what may come next. docs/user/lists.md tells of it.
"""

from rapport.platform.resources.grammar.complete import Completion, Completions, complete
from rapport.platform.resources.grammar.conditions import Condition, parse
from rapport.platform.resources.grammar.scanner import GrammarProblem
from rapport.platform.resources.grammar.write import write

__all__ = ["Completion", "Completions", "Condition", "GrammarProblem", "complete", "parse", "write"]
