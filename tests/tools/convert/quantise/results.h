// What tests of the quantiser expect of a Result.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "result.h"

template <class T>
T Good(echolens::Result<T> result) {
  const std::string refusal = result.ok() ? "" : result.error().detail;
  CAPTURE(refusal);
  REQUIRE(result.ok());
  return *std::move(result);
}

template <class T>
void CheckError(const echolens::Result<T>& result, echolens::ErrorCode code,
                const std::string& detail) {
  CAPTURE(detail);
  REQUIRE(!result.ok());
  CHECK(echolens::ErrorName(result.error().code) == echolens::ErrorName(code));
  CHECK(result.error().detail == detail);
}
