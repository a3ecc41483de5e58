-- Errors through C functions, coroutines, finalizers and files.
print(_VERSION, arg[0], arg[1], arg[2])
print(pcall(error, "caught"))
print(select(2, pcall(string.rep, "x", -1)) == "", pcall(string.rep))
print(select("#", pcall(table.sort, {3, 1, 2}, function(a, b) error("in sort", 0) end)))

local co = coroutine.wrap(function(...)
  print("started with", ...)
  local got = {pcall(coroutine.yield, "first")}
  print("resumed with", table.unpack(got))
  local ok, why = pcall(function() error({code = 7}) end)
  print(ok, type(why), why.code)
  error("the end", 0)
end)
print(co(1, 2))
print(pcall(co, "again"))
print(pcall(co))

local function deep(n) return n == 0 and error("deep", 0) or 1 + deep(n - 1) end
print(pcall(deep, 150))
print(select(2, pcall(function() local function f() return 1 + f() end return f() end)):match("stack overflow"))

do
  local closed <close> = setmetatable({}, {__close = function(_, e) print("closed", e) end})
end
print(xpcall(function()
  local c <close> = setmetatable({}, {__close = function(_, e) print("closing after", e) end})
  error("broken", 0)
end, function(m) return "handled " .. m end))

local f <close> = assert(io.open("out.txt", "w"))
f:write("line 1\n", 2, "\n", 0.5, "\n")
f:close()
for line in io.lines("out.txt") do io.write("<", line, ">") end
print(io.open("missing.txt"))
print(os.rename("out.txt", "renamed.txt"), os.remove("out.txt"))
print(pcall(io.lines, "missing.txt"))
print(string.format("%q %5.2f %x %s", "a\nb", 1 / 3, 255, math.maxinteger))
