#include "convert/keras.h"

#include <doctest/doctest.h>

#include "support/files.h"

using namespace echolens;
using namespace echolens::convert;

TEST_CASE("the seed network is read") {
  const auto network = ReadKeras(ReadTestData("../../model/seed/seed.keras"));
  if (!network.ok()) MESSAGE(network.error().detail);
  REQUIRE(network.ok());
  CHECK(network->name == "seed");
  CHECK(network->values[0].shape == Shape{1, 96, 96, 1});
  CHECK(network->values[static_cast<std::size_t>(network->outputs[0])].name == "logits");
}
