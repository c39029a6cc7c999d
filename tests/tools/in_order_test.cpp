#include "in_order.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <new>
#include <optional>
#include <thread>
#include <vector>

using namespace echolens;
using namespace echolens::tools;

namespace {

// 0, 1, … count - 1.
auto Numbers(int count) {
  return [count, next = 0]() mutable -> std::optional<int> {
    if (next == count) return {};
    return next++;
  };
}

// Takes longer or shorter, by turns.
int Square(int number) {
  for (int i = 0; i < number % 7; ++i) std::this_thread::yield();
  return number * number;
}

}  // namespace

TEST_CASE("answers come in the order of the things, whatever the threads") {
  for (const std::size_t threads : {1u, 2u, 4u, 16u}) {
    std::vector<int> answers;
    std::array<std::atomic<int>, 16> busy{};
    const auto work = [&](std::size_t worker, int number) {
      CHECK(worker < threads);
      CHECK(busy[worker]++ == 0);
      const int answer = Square(number);
      --busy[worker];
      return answer;
    };
    const auto deliver = [&](int answer) {
      answers.push_back(answer);
      return Ok();
    };
    REQUIRE(InOrder(threads, Numbers(1000), work, deliver).ok());
    REQUIRE(answers.size() == 1000);
    for (int i = 0; i < 1000; ++i) CHECK(answers[static_cast<std::size_t>(i)] == i * i);
  }
}

TEST_CASE("few answers wait for a slow one") {
  constexpr int kThreads = 4, kWindow = 16;
  std::atomic<int> started = 0, delivered = 0;
  const auto work = [&](std::size_t, int number) {
    ++started;
    CHECK(number - delivered < kWindow);
    while (number == 0 && started < kWindow) std::this_thread::yield();
    return number;
  };
  const auto deliver = [&](int number) {
    CHECK(number == delivered++);
    return Ok();
  };
  REQUIRE(InOrder(kThreads, Numbers(500), work, deliver).ok());
  CHECK(delivered == 500);
}

TEST_CASE("nothing to do is done at once") {
  const auto work = [](std::size_t, int number) { return number; };
  CHECK(InOrder(3, Numbers(0), work, [](int) { return Ok(); }).ok());
}

TEST_CASE("an answer that cannot be delivered ends it") {
  for (const std::size_t threads : {1u, 4u}) {
    int delivered = 0;
    const auto deliver = [&](int) -> Status {
      if (delivered == 3) return Error{ErrorCode::kFileUnwritable, "full"};
      ++delivered;
      return Ok();
    };
    const Status status =
        InOrder(threads, Numbers(100'000), [](std::size_t, int n) { return Square(n); }, deliver);
    REQUIRE(!status.ok());
    CHECK(status.error().detail == "full");
    CHECK(delivered == 3);
  }
}

TEST_CASE("memory that runs out on a thread is an error") {
  const auto work = [](std::size_t, int number) -> int {
    if (number == 5) throw std::bad_alloc();
    return number;
  };
  const Status status = InOrder(4, Numbers(100), work, [](int) { return Ok(); });
  REQUIRE(!status.ok());
  CHECK(status.error().code == ErrorCode::kOutOfMemory);
}
