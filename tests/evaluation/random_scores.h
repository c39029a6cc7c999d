// Scores to judge figures with: many of them equal, several pictures a group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "evaluation/predictions.h"

inline std::vector<echolens::Scored> RandomScores(std::uint32_t seed, std::size_t count) {
  std::mt19937 random(seed);
  std::vector<echolens::Scored> scored;
  for (std::size_t i = 0; i < count; ++i) {
    const bool positive = random() % 3 == 0;
    const auto step = static_cast<double>(random() % 17 + (positive ? 4 : 0));  // 0 … 20
    scored.push_back({step / 20, positive, random() % (count / 2 + 1)});
  }
  scored[0].positive = true;
  scored[1].positive = false;
  scored[1].group = scored[0].group + 1;
  return scored;
}
