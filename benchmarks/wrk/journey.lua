-- A guest's whole way: the form, sending it, the contact's page, the ticket. One connection for each thread, so that
-- the answers come in the order of the questions. FORM names the path of the form.
local step, form_id, location, ticket = 1, nil, nil, nil
function init(args)
  form = os.getenv("FORM")
  wrk.headers["Accept-Encoding"] = "gzip"
  plain = {}
  for name, value in pairs(wrk.headers) do plain[name] = value end
  plain["Accept-Encoding"] = "identity"
  number = 0
end
function request()
  if step == 1 then return wrk.format("GET", form, plain) end
  if step == 2 then
    number = number + 1
    plain["Content-Type"] = "application/x-www-form-urlencoded"
    local body = "lang=fr&form_id=" .. form_id .. "&attendees-0-name=Guest+" .. number .. "+Bench&email=guest." .. number .. "%40example.org"
    local sent = wrk.format("POST", form, plain, body)
    plain["Content-Type"] = nil
    return sent
  end
  if step == 3 then return wrk.format("GET", location, plain) end
  return wrk.format("GET", ticket, wrk.headers)
end
function response(status, headers, body)
  if step == 1 then
    form_id = body:match('name="form_id" value="([^"]+)"')
    step = form_id and 2 or 1
  elseif step == 2 then
    location = headers["Location"] or headers["location"]
    step = location and 3 or 1
  elseif step == 3 then
    ticket = body:match('href="(/t/[0-9A-Z]+)"')
    step = ticket and 4 or 1
  else
    step = 1
  end
end
