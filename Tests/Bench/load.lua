-- Requests for wrk. Arguments: the kind of request, the key, and a file of run ids, one a line.
-- A cancel takes the next id each time; when none is left, measuring ends there.
local ffi = require("ffi")
ffi.cdef([[
    typedef struct { long seconds; long nanoseconds; } moment_t;
    int clock_gettime(int clock, moment_t *moment);
]])

local function now()
    local moment = ffi.new("moment_t")
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

local makers = {
    cancel = function(id) return "POST", "/v1/runs/" .. id .. "/cancel", "{}" end,
    get = function(id) return "GET", "/v1/runs/" .. id, nil end,
    create = function() return "POST", "/v1/runs", '{"workflow":"bench","input":{}}' end,
}

function init(arguments)
    make, key = makers[arguments[1]], arguments[2]
    isOnce = arguments[1] == "cancel"
    ids = { "" }
    if arguments[3] then
        ids = {}
        for line in io.lines(arguments[3]) do ids[#ids + 1] = line end
    end
    sent, began, ended = 0, 0, 0
    head = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nX-API-Key: " .. key .. "\r\n"
end

function request()
    if sent == 0 then began = now() end
    sent = sent + 1
    local id = ids[(sent - 1) % #ids + 1]
    if isOnce and sent > #ids then
        if ended == 0 then ended = now() end
        wrk.thread:stop()
        return "GET /healthz" .. head .. "\r\n"
    end
    local method, path, body = make(id)
    if not body then return method .. " " .. path .. head .. "\r\n" end
    return method .. " " .. path .. head .. "Content-Type: application/json\r\nContent-Length: "
        .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
    local began, ended = threads[1]:get("began"), threads[1]:get("ended")
    local seconds = ended > 0 and ended - began or summary.duration / 1e6
    local errors = summary.errors
    print(string.format(
        'RESULT {"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "refused": %d, "broken": %d}',
        summary.requests, seconds, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
