// What the engine and XNNPACK really allocate, as AddressSanitizer's allocator saw it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ECHOLENS_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ECHOLENS_ADDRESS_SANITIZER
#endif
#ifdef ECHOLENS_ADDRESS_SANITIZER
#include <doctest/doctest.h>

#include <cstddef>

#include "runtime/networks.h"

// Of <sanitizer/allocator_interface.h>, which GCC does not ship.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                              void (*on_free)(const volatile void*));
std::size_t __sanitizer_get_current_allocated_bytes();
}

namespace echolens {
namespace {

std::size_t allocations = 0;
void CountAllocation(const volatile void*, std::size_t) { ++allocations; }
void IgnoreFree(const volatile void*) {}

TEST_CASE("running allocates nothing") {
  static const bool installed =
      __sanitizer_install_malloc_and_free_hooks(CountAllocation, IgnoreFree) != 0;
  REQUIRE(installed);
  for (const DataType type : kBothTypes) {
    NetworkCase test(1, type);
    AddMobileNetwork(test, 48, 8, 3);
    const std::size_t before_create = allocations;
    Result<Engine> engine = Engine::Create(test.graph());
    REQUIRE(engine.ok());
    CHECK(allocations > before_create);  // the counter counts
    REQUIRE(engine->Run().ok());
    const std::size_t before_run = allocations;
    bool ok = true;
    for (int i = 0; i < 10; ++i) ok = ok && engine->Run().ok();
    CHECK(allocations == before_run);
    CHECK(ok);
  }
}

TEST_CASE("the memory that counts against the limit is close to what is allocated") {
  for (const DataType type : kBothTypes) {
    for (const int width : {16, 40}) {
      CAPTURE(TypeName(type));
      CAPTURE(width);
      NetworkCase test(2, type);
      AddMobileNetwork(test, 32, width, 10);
      const std::size_t before = __sanitizer_get_current_allocated_bytes();
      const Result<Engine> engine = Engine::Create(test.graph());
      REQUIRE(engine.ok());
      const double used = static_cast<double>(__sanitizer_get_current_allocated_bytes() - before);
      const double counted = static_cast<double>(engine->memory_bytes());
      CHECK(used < 1.2 * counted + 65536);  // operators and values of XNNPACK's come on top
      CHECK(used > 0.6 * counted);
    }
  }
}

}  // namespace
}  // namespace echolens
#endif
