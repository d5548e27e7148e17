-- PUT of two alternating documents over a set of instances: the whole set with the first, then the whole set with the
-- second, so that every request changes what is stored. All requests are encoded before the run.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local requests = {}
local position = 0

function init(args)
  wrk.headers["Content-Type"] = "application/json"
  local base = os.getenv("BENCH_PATH")
  local count = tonumber(os.getenv("BENCH_COUNT"))
  for _, body in ipairs({ os.getenv("BENCH_BODY_A"), os.getenv("BENCH_BODY_B") }) do
    for instance = 1, count do
      requests[#requests + 1] = wrk.format("PUT", base .. instance, nil, body)
    end
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end
