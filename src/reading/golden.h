// The golden case: a made-up picture, and what the network answered to it where its file was made.
// A machine that answers differently is found out before it reads a patient's picture.
#pragma once

#include <cstdint>

#include "image/preprocess.h"
#include "model/metadata.h"
#include "result.h"
#include "runtime/engine.h"

namespace echolens {

// Overlapping smooth blobs, light and dark, under noise, from a 32-bit seed; integers only. Model
// files hold answers to it, so it never changes:
//
// - Numbers: state starts as the seed; each number adds 0x9E3779B9 to the state and is the state
//   after MurmurHash3's 32-bit finaliser (z ^= z >> 16; z *= 0x85EBCA6B; z ^= z >> 13;
//   z *= 0xC2B2AE35; z ^= z >> 16), all modulo 2^32. "Below n" is the next number modulo n.
// - Eight blobs, each drawn in this order: x = below width; y = below height; radius = 2 + side / 8
//   + below (side / 2 + 1), side the shorter of width and height; height = below 255 - 127.
// - Pixels row by row: 112, plus height * t * t / 2^20 of each blob whose centre is at a squared
//   distance d2 under radius * radius, where t = (radius * radius - d2) * 1024 / (radius * radius),
//   plus below 32 - 16; then within 0 … 255. Divisions round towards zero.
//
// Sides of at least 1 pixel. Errors: kOutOfMemory.
Result<GreyImage> GoldenImage(std::uint32_t seed, int width, int height);

// What this network answers to the picture of `seed`. Errors: those of FillInput and Engine::Run;
// kModelInvalid when a float32 output is not finite.
Result<GoldenCase> MakeGoldenCase(Engine& engine, const Preprocessing& preprocessing,
                                  std::uint32_t seed);

// Does it answer so again? Integers must match byte for byte; float32 within 1e-4, or 1e-4 of the
// output's largest magnitude where that is over 1. Once: that a run finds nothing of the one before
// is what the tests are for (tests/runtime/ runs every operator twice). Errors:
// kModelSelfTestFailed (output, index, expected and got), kModelInvalid when the case does not fit
// the network or expects a float32 value that is not finite, those of FillInput and Engine::Run.
Status CheckGoldenCase(Engine& engine, const Preprocessing& preprocessing,
                       const GoldenCase& golden);

}  // namespace echolens
