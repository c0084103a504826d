"""Settings as the program works with them, with what holds where nothing is configured.

Names, kinds, rules and defaults stand here and in `profiles`, once for both readers: `schema`,
which checks everything and knows what is wrong, and `plain_reading`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Struct, field

from tui.settings.appearance import DEFAULT_NOTIFY, NOTIFY
from tui.settings.links import AUTO_LINK, LINKS
from tui.settings.profiles import ProfileSettings
from tui.settings.rules import one_of
from tui.settings.sealed import UNSET, Sealed

NOTHING, TRANSCRIPT = ON_EXIT = ("nothing", "transcript")
"""What of the open session stays in the terminal when the app has ended."""

Notify = Annotated[str, one_of(NOTIFY)]
LinkName = Annotated[str, one_of(LINKS)]
OnExit = Annotated[str, one_of(ON_EXIT)]


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that can be configured. Secrets stay sealed until a backend asks for them."""

    default_profile: str = ""
    theme: str = ""
    """Only checked here: `Appearance` has it before."""
    proxy: Sealed = UNSET
    """Goes before the proxy of the environment; its address may hold a password."""
    ca_file: str = ""
    """Certificates of authorities to believe beside the usual ones."""
    notify: Notify = DEFAULT_NOTIFY
    """When something happens that nobody looks at, as an answer that ends."""
    notify_content: bool = False
    """Only checked here, as `notify`."""
    notify_queries: str = ""
    """Names of the saved queries of which it is told what they find anew, with commas."""
    terminal_title: bool = True
    """Only checked here, as `notify`: the first frame has it before."""
    copy_on_select: bool = True
    """Only checked here, as `notify`."""
    link: LinkName = AUTO_LINK
    """Only checked here, as `notify`."""
    on_exit: OnExit = NOTHING
    keep_questions: bool = True
    """What was asked is there for Up and Ctrl+R at the next start."""
    wire_log: bool = True
    """The last minutes of what went over the wire are kept in memory."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Only checked here, as `theme`."""
    queries: Mapping[str, str] | None = None
    """Stand above the session list in place of those that are there by themselves."""
    profiles: Mapping[str, ProfileSettings] = field(default_factory=dict)

    @property
    def notifying(self) -> Sequence[str]:
        """The names in `notify_queries`."""
        names = (each.strip() for each in self.notify_queries.split(","))
        return [each for each in names if each]

    @property
    def saved_names(self) -> Sequence[str]:
        """The names of the saved queries there are."""
        if self.queries is None:
            # with the first query that is named, not with every start
            from tui.query.saved import OF_OPERATORS

            return [*OF_OPERATORS]
        return [*self.queries]
