// Arguments of operators in words.
#pragma once

#include <ATen/core/ivalue.h>

#include <string>

namespace tomo {

/// JSON: a tensor as {"dtype", "width", "shape", "strides"}, width the bytes of an element; numbers, booleans and lists as
/// they are; null for all else.
std::string describe(c10::ArrayRef<const c10::IValue> values);

}  // namespace tomo
