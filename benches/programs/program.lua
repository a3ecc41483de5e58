-- Tables, closures, strings and numbers, as scripts use them.
local function queens(n)
  local columns, up, down, found = {}, {}, {}, 0
  local function place(row)
    if row > n then found = found + 1 return end
    for column = 1, n do
      if not (columns[column] or up[row + column] or down[row - column + n]) then
        columns[column], up[row + column], down[row - column + n] = true, true, true
        place(row + 1)
        columns[column], up[row + column], down[row - column + n] = nil, nil, nil
      end
    end
  end
  place(1)
  return found
end

local function sieve(limit)
  local composite, count = {}, 0
  for n = 2, limit do
    if not composite[n] then
      count = count + 1
      for m = n * n, limit, n do composite[m] = true end
    end
  end
  return count
end

local function words(count)
  local parts, seen = {}, {}
  for n = 1, count do
    local word = string.format("%s%d", n % 3 == 0 and "name" or "word", n * 7919 % 1000)
    parts[#parts + 1] = word
    seen[word] = (seen[word] or 0) + 1
  end
  local text, letters = table.concat(parts, " "), 0
  for word in text:gmatch("%a+") do letters = letters + #word end
  table.sort(parts)
  return letters, parts[1], parts[#parts], seen.name0
end

local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Point) end

local function points(count)
  local sum = setmetatable({x = 0, y = 0}, Point)
  for n = 1, count do sum = sum + setmetatable({x = n, y = n / 2}, Point) end
  return sum.x, sum.y
end

print(queens(8), sieve(400000), points(200000))
print(words(60000))
