"""The application for a WSGI server: ``eventapp.wsgi:app``."""

import gc

from eventapp import create_app

app = create_app()
# Everything loaded so far stays for good. Looking through it again and again for garbage cost a third of a long page.
gc.collect()
gc.freeze()
