"""How long paper for many people may take, and how long it is kept."""

from datetime import timedelta

LEASE = timedelta(minutes=2)
"""How long a worker that says nothing holds a print run before another one takes it up."""

MOST_ATTEMPTS = 3
"""How often a run is begun whose worker dies each time, before it is given up until somebody asks again."""

KEPT_FOR = timedelta(days=3)
"""How long a file is kept: it holds names, and can be made again at any time."""
