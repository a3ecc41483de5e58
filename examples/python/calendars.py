"""How long months and years are."""


def is_leap(year: int) -> int:
    """1 for a leap year, else 0."""
    if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 1
    return 0


def days_in_month(year: int, month: int) -> int:
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if month == 2:
        return 28 + is_leap(year)
    return days[month - 1]


def day_of_year(date: int) -> int:
    day = date % 100
    for month in range(1, date // 100 % 100):
        day += days_in_month(date // 10000, month)
    return day
