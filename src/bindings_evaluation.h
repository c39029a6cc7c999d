// The part of the bindings that is about many answers at once: translates, never computes.
#pragma once

#include <emscripten/val.h>

#include <string>

#include "classifier.h"

namespace echolens::bindings {

// What files show, by the folders that they lie in or by a table: `files` is an array of paths,
// `table` {name, text} or undefined. JSON of web/protocol.js's Labelled; {"error": …}.
std::string Label(const Classifier& classifier, const emscripten::val& files,
                  const emscripten::val& table);

// The figures of cases, each with its label and what became of it. JSON `echolens.evaluation/1`;
// {"error": …}.
std::string Evaluate(const Classifier& classifier, const emscripten::val& cases,
                     const emscripten::val& options);

}  // namespace echolens::bindings
