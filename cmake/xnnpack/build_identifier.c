// XNNPACK asks for an identifier of its own build, to guard weight caches on disk. We keep none.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const uint8_t kIdentifier[4] = {1, 2, 3, 4};

size_t xnn_experimental_get_build_identifier_size() { return sizeof(kIdentifier); }

const void* xnn_experimental_get_build_identifier_data() { return kIdentifier; }

bool xnn_experimental_check_build_identifier(const void* data, size_t size) {
  return size == sizeof(kIdentifier) && memcmp(data, kIdentifier, size) == 0;
}
