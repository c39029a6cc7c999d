// Work on many things by several threads, the answers handed over in the things' order.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "result.h"

namespace echolens::tools {

// Until there is no next: `next()` gives an optional thing, `work(worker, thing)` its answer, and
// `deliver(answer)` a Status. `work` runs on up to `threads` threads at once, 0 <= worker <
// threads; the other two on one at a time. An answer is delivered as soon as it and all before it
// are there; few wait, however many things there are. Errors: those of `deliver`, which end it;
// kOutOfMemory.
template <class Next, class Work, class Deliver>
Status InOrder(std::size_t threads, Next next, Work work, Deliver deliver) {
  using Thing = typename std::invoke_result_t<Next>::value_type;
  using Outcome = std::invoke_result_t<Work, std::size_t, const Thing&>;

  std::mutex input, output;
  std::size_t taken = 0;  // under `input`

  std::vector<std::optional<Outcome>> waiting(4 * threads);  // these under `output`
  std::size_t delivered = 0;
  std::condition_variable progress;
  Status outcome = Ok();
  std::atomic<bool> stopped = false;

  const auto stop = [&](Error error) {
    const std::lock_guard lock(output);
    if (!stopped.exchange(true)) outcome = std::move(error);
    progress.notify_all();
  };

  // Returns false when there is nothing more to do.
  const auto step = [&](std::size_t worker) -> bool {
    std::optional<Thing> thing;
    std::size_t number = 0;
    {
      const std::lock_guard lock(input);
      if (stopped || !(thing = next())) return false;
      number = taken++;
    }
    {
      std::unique_lock lock(output);
      progress.wait(lock, [&] { return stopped || number - delivered < waiting.size(); });
      if (stopped) return false;
    }
    Outcome answer = work(worker, *thing);
    std::unique_lock lock(output);
    waiting[number % waiting.size()] = std::move(answer);
    while (auto& first = waiting[delivered % waiting.size()]) {
      if (stopped) return false;
      if (Status status = deliver(*first); !status.ok()) {
        lock.unlock();
        stop(std::move(status).error());
        return false;
      }
      first.reset();
      ++delivered;
    }
    progress.notify_all();
    return true;
  };

  const auto run = [&](std::size_t worker) {
    try {
      while (step(worker)) {
      }
    } catch (const std::bad_alloc&) {
      stop({ErrorCode::kOutOfMemory, "out of memory"});
    }
  };

  std::vector<std::jthread> others;
  try {
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back(run, i);
  } catch (const std::system_error&) {  // no more threads to be had: fewer do
  }
  run(0);
  others.clear();  // joins
  return outcome;
}

}  // namespace echolens::tools
