"""The numbers of docs/performance.md, made anew by ``make bench``."""
