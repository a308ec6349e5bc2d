"""``python -m eventapp`` and the console script ``eventapp``."""

from eventapp.cli import main

if __name__ == "__main__":
    main()
