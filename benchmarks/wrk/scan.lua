-- Scans: each request one ticket code of the file, under a fresh id, with a phone's token. CODES, TOKEN and CHECKPOINT
-- come from the environment.
local counter = 0
function setup(thread)
  thread:set("number", counter)
  counter = counter + 1
end
function init(args)
  math.randomseed(os.time() * 100 + number)
  codes = {}
  for line in io.lines(os.getenv("CODES")) do codes[#codes + 1] = line end
  at = math.random(#codes)
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
  wrk.headers["Content-Type"] = "application/json"
  refused = 0
end
local function uuid()
  return string.format("%08x-%04x-4%03x-a%03x-%08x%04x", math.random(0, 0x7fffffff), math.random(0, 0xffff),
    math.random(0, 0xfff), math.random(0, 0xfff), math.random(0, 0x7fffffff), math.random(0, 0xffff))
end
function request()
  at = at % #codes + 1
  local body = '{"id":"' .. uuid() .. '","checkpoint":' .. os.getenv("CHECKPOINT") .. ',"input":"' .. codes[at]
    .. '","kind":"entry","method":"camera","scanned_at":"' .. os.date("!%Y-%m-%dT%H:%M:%SZ") .. '"}'
  return wrk.format("POST", "/api/v1/checkin/scan", nil, body)
end
