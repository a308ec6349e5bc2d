-- One POST without a body, again and again.
wrk.method = "POST"
