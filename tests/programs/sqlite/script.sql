.headers on
.mode column
create table city (id integer primary key, name text not null unique, country text, people integer check (people > 0));
create index by_country on city (country, people desc);
insert into city (name, country, people) values
  ('Oslo', 'NO', 709037), ('Bergen', 'NO', 291940), ('Aarhus', 'DK', 290598), ('København', 'DK', 660842),
  ('Malmö', 'SE', 362133), ('Göteborg', 'SE', 607882), ('Reykjavík', 'IS', 139875);
select * from city order by people desc limit 3;
select country, count(*) as cities, sum(people) as people, group_concat(name, '+') from city group by country having cities > 1;

-- Window functions, and a common table that refers to itself.
select name, people, rank() over (partition by country order by people desc) as place,
  round(100.0 * people / sum(people) over (), 2) as share,
  lag(name) over (order by people) as smaller
from city order by people;
with recursive fibonacci (n, a, b) as (values (1, 0, 1) union all select n + 1, b, a + b from fibonacci where n < 80)
select n, a from fibonacci where n % 16 = 0;
with recursive
  xaxis(x) as (values(-2.0) union all select x + 0.05 from xaxis where x < 1.2),
  yaxis(y) as (values(-1.0) union all select y + 0.1 from yaxis where y < 1.0),
  m(iter, cx, cy, x, y) as (
    select 0, x, y, 0.0, 0.0 from xaxis, yaxis
    union all
    select iter + 1, cx, cy, x * x - y * y + cx, 2.0 * x * y + cy from m where (x * x + y * y) < 4.0 and iter < 28
  ),
  m2(iter, cx, cy) as (select max(iter), cx, cy from m group by cx, cy),
  a(t) as (select group_concat(substr(' .+*#', 1 + min(iter / 7, 4), 1), '') from m2 group by cy)
select group_concat(rtrim(t), x'0a') as mandelbrot from a;

-- Many rows in one transaction; a trigger for each; the file grows and shrinks.
create table numbers (n integer primary key, square integer, word text);
create table log (what text, times integer default 1, primary key (what));
create trigger told after insert on numbers begin
  insert into log (what) values ('n ends in ' || (new.n % 10)) on conflict do update set times = times + 1;
end;
begin;
with recursive c (x) as (values (1) union all select x + 1 from c where x < 20000)
insert into numbers select x, x * x, printf('%s-%05x', char(97 + x % 26), x * 7919 % 104729) from c;
commit;
create index words on numbers (word);
select count(*), sum(n), sum(square), min(word), max(word) from numbers;
select * from log order by what;
select n, word from numbers where word between 'm-0a' and 'm-0c' order by word limit 5;
explain query plan select n from numbers where word = 'm-0a000';
begin;
delete from numbers where n % 2 = 0;
select count(*) from numbers;
rollback;
select count(*) from numbers;
savepoint one;
update city set people = people + 1;
rollback to one;
release one;
select sum(people) from city;
vacuum;

-- JSON, full text, R*Tree, dates, blobs, numbers at their limits.
select json_extract('{"a": [1, {"b": "ü"}]}', '$.a[1].b') as b, json_group_array(name) from (select name from city order by name limit 3);
select key, value from json_each('{"x": 1.5, "y": [true, null]}');
create virtual table page using fts5 (title, body);
insert into page values ('One', 'the quick brown fox'), ('Two', 'jumps over the lazy dog'), ('Three', 'a fox and a dog');
select title, highlight(page, 1, '[', ']') as hit from page where page match 'fox OR dog' order by rank, title;
create virtual table box using rtree (id, left, right, low, high);
insert into box select n, n % 100, n % 100 + 2, n % 37, n % 37 + 2 from numbers where n <= 500;
select count(*) from box where left < 20 and right > 10 and low < 5;
select date('2024-02-29', '+1 year'), strftime('%j %W', '2000-12-31'), julianday('2000-01-01 12:00');
select hex(zeroblob(3) || x'ff'), length(randomblob(9)), typeof(9223372036854775807 + 1), 5 / 2, 5.0 / 2, -5 % 3, 1e308 * 10;
select printf('%.15g|%08.3f|%+d|%x', 1.0 / 3, 3.14159, 42, 255), quote('it''s'), unicode('é'), upper('straße');
select round(exp(1), 12), round(sqrt(2), 12), pi();

.mode json
select id, name from city where id < 3;
.mode csv
select name, people from city where country = 'SE';
.mode insert copy
select * from log where what like '%7';
.output dump.sql
.dump city
.output
.mode list
attach 'copy.db' as other;
create table other.city as select * from city where people > 300000;
select count(*) from other.city;
.tables
.schema city
pragma integrity_check;
