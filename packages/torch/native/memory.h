// Plain memory of an argument, and how much of it a shape needs.
#pragma once

#include "env.h"

namespace tomo {

struct Bytes {
  uint8_t* data;
  size_t size;
};

/// Memory of a typed array.
Bytes bytes_of_array(napi_env env, napi_value value);

/// Memory of a typed array, or of the contiguous CPU tensor of a handle.
Bytes bytes_of(napi_env env, Env& state, napi_value value);

/// Elements of a shape; refuses negative sizes and more than 2^53.
int64_t count_of(const std::vector<int64_t>& shape);

}  // namespace tomo
