-- Forward auth for HAProxy 2.6 and newer, which has no auth_request of its own. In a backend:
--   http-request lua.keystamp /verify?scope=orders:read
-- asks Keystamp, by way of the listener below, whether the key of a request may act. If it may, the request goes on
-- with X-Keystamp-* of Keystamp's making; if not, the client gets Keystamp's answer. The rules around it: haproxy.cfg.

-- HAProxy's own listener in front of Keystamp, with its limits of time and its servers. The Lua client's are fixed: it
-- goes on for three seconds where nothing listens.
local LISTENER = "abns@keystamp"
local TOLD = { "content-type", "cache-control", "www-authenticate", "retry-after" }
local REFUSALS = { [400] = true, [401] = true, [403] = true, [431] = true }
local IDENTITY = { "x-keystamp-user", "x-keystamp-key-id", "x-keystamp-scopes" }
local AWAY = '{"type":"about:blank","title":"Service Unavailable","status":503,'
  .. '"detail":"Keystamp is unavailable. Try again."}'
local TOO_LARGE = '{"type":"about:blank","title":"Request Header Fields Too Large","status":431,'
  .. '"detail":"The headers leave no room for what the service must know about the key."}'

-- Every line of a header, as Keystamp must see them: a key that came twice is its to refuse.
local function lines(headers, name)
  local found = {}
  for _, value in pairs(headers[name] or {}) do
    found[#found + 1] = value
  end
  return found
end

local function ask(txn, question)
  local headers = txn.http:req_get_headers()
  return core.httpclient():get({
    url = "http://keystamp" .. question,
    dst = LISTENER,
    headers = {
      ["x-api-key"] = lines(headers, "x-api-key"),
      ["authorization"] = lines(headers, "authorization"),
      ["x-forwarded-method"] = { txn.sf:method() },
      -- Where a key may stand that does not belong there.
      ["x-forwarded-uri"] = { txn.sf:pathq() },
      ["x-forwarded-for"] = { txn.sf:src() },
    },
  })
end

local function answer(txn, status, body, headers)
  txn:done(txn:reply({ status = status, body = body, headers = headers }))
end

local function away(txn)
  answer(txn, 503, AWAY, {
    ["content-type"] = { "application/problem+json" },
    ["cache-control"] = { "no-store" },
    ["retry-after"] = { "1" },
  })
end

local function refuse(txn, asked)
  local told = {}
  for _, name in ipairs(TOLD) do
    told[name] = lines(asked.headers, name)
  end
  answer(txn, asked.status, asked.body, told)
end

-- Only an answer that names a key is Keystamp's: a file for errors or another program may answer 200 or 204 too.
local function allows(asked)
  return asked.status == 204 and (lines(asked.headers, "x-keystamp-key-id")[1] or "") ~= ""
end

-- HAProxy leaves out without a word what does not fit into its buffer. A service may take a key without scopes for one
-- that may do everything.
local function identify(txn, asked)
  for _, name in ipairs(IDENTITY) do
    txn.http:req_set_header(name, lines(asked.headers, name)[1] or "")
  end
  local headers = txn.http:req_get_headers()
  for _, name in ipairs(IDENTITY) do
    if lines(headers, name)[1] ~= (lines(asked.headers, name)[1] or "") then
      return false
    end
  end
  return true
end

core.register_action("keystamp", { "http-req" }, function(txn, question)
  local asked = ask(txn, question)
  -- 502 and 504 are the listener's, which cannot reach Keystamp; what else is no refusal says nothing about the key.
  if REFUSALS[asked.status] then
    refuse(txn, asked)
  elseif not allows(asked) then
    away(txn)
  elseif not identify(txn, asked) then
    answer(txn, 431, TOO_LARGE, { ["content-type"] = { "application/problem+json" } })
  else
    txn:set_var("txn.keystamp_allows", true)
  end
end, 1)
