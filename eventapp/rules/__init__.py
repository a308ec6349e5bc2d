"""May it happen? Pure functions: plain facts and the time in, a decision out."""
