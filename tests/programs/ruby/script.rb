require "json"
require "set"
require "stringio"
require "time"

puts RUBY_VERSION[0, 3], ENV["WORD"]
puts JSON.pretty_generate({ "list" => [1, 2.5, nil, true], "text" => "grüße" })
puts (1..20).each_slice(6).map(&:sum).inspect, (1..Float::INFINITY).lazy.select(&:even?).map { _1 ** 3 }.first(4).inspect
puts 2 ** 200, 10.pow(50, 97), Rational(3, 4) + 1, Complex(1, 2) * Complex(0, 1), 0.1 + 0.2
puts "déjà vu".unicode_normalize(:nfd).length, "Straße".upcase, "%08.3f|%-6s|%+x" % [3.14159, "ab", 255]
puts "the quick brown fox".scan(/(?<first>\w)\w*/).flatten.join, "2024-02-29".gsub(/(\d+)-(\d+)-(\d+)/, '\3.\2.\1')

fib = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }
puts fib.take(15).inspect, fib.next, fib.next, fib.next
fiber = Fiber.new { |x| 3.times { |i| x = Fiber.yield(x + i) }; :done }
puts 5.times.map { |i| fiber.alive? && fiber.resume(i * 10) }.inspect

def deep(n) = n.zero? ? raise(ArgumentError, "from the depth") : deep(n - 1)
begin
  deep(200)
rescue ArgumentError => e
  puts e.message, e.backtrace.length > 200
ensure
  puts "ensured"
end
puts(([1, [2, [3, nil]]] in [Integer, [_, [_, nil]]]).inspect)
puts catch(:found) { [3, 1, 2].sort.each { |x| throw :found, x * 100 if x > 1 } }
Point = Struct.new(:x, :y) { def +(other) = Point.new(x + other.x, y + other.y) }
puts((Point.new(1, 2) + Point.new(3, 4)).inspect, Data.define(:name).new(name: "ö").inspect)
puts [3, 1, 2].sort_by { -_1 }.to_set.inspect, ObjectSpace.respond_to?(:garbage_collect), GC.start.inspect

Dir.chdir("/work")
puts File.read("input.txt").lines.map(&:chomp).sort.inspect
Dir.mkdir("made")
40.times { |i| File.write("made/file #{i}.txt", "#{i}\n" * i) }
puts Dir.children("made").length, Dir.glob("made/*3*.txt").sort.inspect
puts Dir.children("made").sum { |name| File.size("made/#{name}") }
File.open("made/file 1.txt", "a+") { |f| f << "more"; f.rewind; puts f.readlines.inspect; f.seek(-2, IO::SEEK_END); puts f.read }
File.rename("made/file 2.txt", "renamed.txt")
40.times { |i| File.delete("made/file #{i}.txt") unless i == 2 }
Dir.rmdir("made")
puts Dir.children(".").sort.inspect, File.stat("renamed.txt").file?, File.exist?("/etc/passwd")
File.read("missing.txt") rescue puts $!.message
puts Time.at(1_700_000_000).utc.iso8601, Time.parse("2000-01-01T12:00:00Z").to_i
$stderr.puts "to standard error"
$stdout.flush
