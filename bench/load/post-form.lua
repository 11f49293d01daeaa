-- For wrk: posts the form that stands in the environment.
wrk.method = "POST"
wrk.body = os.getenv("WRK_FORM")
wrk.headers["content-type"] = "application/x-www-form-urlencoded"
