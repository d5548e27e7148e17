-- The same GET on every connection. With BENCH_VARIED: two in turn that differ in a header, so that none repeats the one before.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

if os.getenv("BENCH_VARIED") then
  local requests = {}
  local count = 0

  function init()
    for turn = 1, 2 do
      local headers = { ["Bench-Turn"] = tostring(turn) }
      for name, value in pairs(wrk.headers) do headers[name] = value end
      requests[turn] = wrk.format("GET", wrk.path, headers)
    end
  end

  function request()
    count = count + 1
    -- Connections take turns too: by an odd number of requests each gets the other one next.
    return requests[(math.floor(count / 64) + count) % 2 + 1]
  end
end
