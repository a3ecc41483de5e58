"""Dates without a library: each function is an export of the module.

A date is one number, like 20240229: so that it fits into what WebAssembly passes.
"""

from calendars import day_of_year, days_in_month, is_leap


def weekday(date: int) -> int:
    """1 is Monday, 7 is Sunday."""
    shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
    year = date // 10000
    month = date // 100 % 100
    if month < 3:
        year -= 1
    day = (year + year // 4 - year // 100 + year // 400 + shift[month - 1] + date % 100) % 7
    if day == 0:
        return 7
    return day


def next_day(date: int) -> int:
    year = date // 10000
    month = date // 100 % 100
    day = date % 100
    if day < days_in_month(year, month):
        return date + 1
    if month < 12:
        return year * 10000 + (month + 1) * 100 + 1
    return (year + 1) * 10000 + 101


def days_between(first: int, last: int) -> int:
    """How many days lie between two dates, negative when the first is later."""
    days = day_of_year(last) - day_of_year(first)
    year = first // 10000
    while year < last // 10000:
        days += 365 + is_leap(year)
        year += 1
    while year > last // 10000:
        year -= 1
        days -= 365 + is_leap(year)
    return days


def easter(year: int) -> int:
    """The date of Easter in the Gregorian calendar."""
    a = year % 19
    b = year // 100
    c = year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return year * 10000 + f // 31 * 100 + f % 31 + 1
