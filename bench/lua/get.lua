-- The same GET on every connection.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")
