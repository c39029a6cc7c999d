#include "convert/keras/json.h"

#include "model/graph.h"

namespace echolens::convert::keras {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{32} << 20;  // large networks have about 1 MB
constexpr int kMaxDepth = 200;                            // a nested model adds about 6

// How deep brackets nest, whether or not they match; text in quotes does not count.
int Depth(std::string_view text) {
  int depth = 0, deepest = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '[' || c == '{')) {
      deepest = std::max(deepest, ++depth);
    } else if (!quoted && (c == ']' || c == '}')) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<Json> ParseJson(std::string_view text, const std::string& what) {
  const auto corrupt = [&](const std::string& why) {
    return Error{ErrorCode::kSourceCorrupt, what + " " + why};
  };
  if (text.size() > kMaxBytes) {
    return corrupt("has " + std::to_string(text.size()) + " bytes, expected up to " +
                   std::to_string(kMaxBytes));
  }
  if (const int depth = Depth(text); depth > kMaxDepth) {
    return corrupt("nests " + std::to_string(depth) + " levels deep, expected up to " +
                   std::to_string(kMaxDepth));
  }
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return corrupt("is no JSON");
  return json;
}

const Json* Find(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto member = object.find(key);
  if (member == object.end() || member->is_null()) return nullptr;
  // TensorFlow 2.12 wraps some numbers: {"class_name": "__numpy__", "config": {"value": 0, …}}.
  const std::string kind = member->is_object() ? TextOr(*member, "class_name") : "";
  if (kind != "__numpy__" && kind != "__tensor__") return &*member;
  const Json* config = Find(*member, "config");
  return config == nullptr ? nullptr : Find(*config, "value");
}

std::string TextOr(const Json& object, std::string_view key, std::string fallback) {
  const Json* member = Find(object, key);
  return member != nullptr && member->is_string() ? *member->get_ptr<const std::string*>()
                                                  : std::move(fallback);
}

std::string JsonText(const Json& value) {
  constexpr std::size_t kMost = 60;
  std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
  if (text.size() > kMost) text = text.substr(0, kMost) + "…";
  return text;
}

}  // namespace echolens::convert::keras
