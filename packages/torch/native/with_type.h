#pragma once

#include <ATen/ATen.h>

#include "storage.h"

namespace tomo {

/// Calls body with a value of the type in which the tensor is stored.
template <typename Body>
void with_type(const at::Tensor& tensor, const Body& body) {
  switch (tensor.scalar_type()) {
    case at::kFloat: return body(float{});
    case at::kDouble: return body(double{});
    case at::kBFloat16: return body(Bf16{});
    default: TORCH_CHECK(false, "expected float32, float64 or bfloat16, got ", tensor.scalar_type());
  }
}

}  // namespace tomo
