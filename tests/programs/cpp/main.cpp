// Exceptions as programs use them: destructors, hierarchies, what the standard
// library throws, what is thrown again, and many in a loop.
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Noisy {
  explicit Noisy(std::string name) : name(std::move(name)) { std::printf("+%s\n", this->name.c_str()); }
  ~Noisy() { std::printf("-%s\n", name.c_str()); }
  std::string name;
};

struct Problem : std::runtime_error {
  Problem(int code, const std::string &text) : std::runtime_error(text), code(code) {}
  int code;
};

static int deep(int n) {
  Noisy noisy("deep " + std::to_string(n));
  if (n == 0) throw Problem(7, "at the bottom");
  return deep(n - 1) + 1;
}

static void rethrows() {
  try {
    deep(2);
  } catch (const std::exception &e) {
    std::printf("passing on: %s\n", e.what());
    throw;
  }
}

static void nested() {
  try {
    throw std::logic_error("inner");
  } catch (...) {
    std::throw_with_nested(std::runtime_error("outer"));
  }
}

static long count(int times) {
  long caught = 0;
  for (int i = 0; i < times; i++) {
    try {
      if (i % 3 == 0) throw i;
      if (i % 3 == 1) throw std::string("text");
    } catch (int value) {
      caught += value % 10;
    } catch (const std::string &text) {
      caught += static_cast<long>(text.size());
    }
  }
  return caught;
}

int main(int argc, char **) {
  if (argc > 1) {
    std::printf("about to throw\n");
    std::fflush(stdout);
    throw Problem(1, "nobody catches this");
  }
  try {
    rethrows();
  } catch (const Problem &problem) {
    std::printf("problem %d: %s\n", problem.code, problem.what());
  }
  try {
    nested();
  } catch (const std::exception &e) {
    std::printf("%s, because of ", e.what());
    try {
      std::rethrow_if_nested(e);
    } catch (const std::exception &inner) {
      std::printf("%s\n", inner.what());
    }
  }
  std::vector<std::function<void()>> all = {
      [] { std::vector<int>(3).at(10); },
      [] { (void)std::stoi("no number"); },
      [] { (void)std::map<int, int>{}.at(1); },
      [] { (void)std::string("short").substr(9); },
      [] { throw std::bad_alloc(); },
      [] { std::function<void()>()(); },
      [] { throw 2.5; },
  };
  for (auto &one : all) {
    auto guard = std::make_unique<Noisy>("guard");
    try {
      one();
    } catch (const std::out_of_range &) {
      std::printf("out of range\n");
    } catch (const std::logic_error &) {
      std::printf("logic error\n");
    } catch (const std::exception &) {
      std::printf("another exception\n");
    } catch (...) {
      std::printf("something else\n");
    }
  }
  std::exception_ptr kept;
  try {
    deep(0);
  } catch (...) {
    kept = std::current_exception();
  }
  try {
    std::rethrow_exception(kept);
  } catch (const Problem &problem) {
    std::printf("kept: %s\n", problem.what());
  }
  std::printf("%ld\n", count(200000));
}
