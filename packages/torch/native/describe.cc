#include "describe.h"

#include <ATen/ATen.h>

#include <cmath>

namespace tomo {
namespace {

using c10::IValue;

/// `describe_one` of each, as a JSON array.
template <typename Items, typename DescribeOne>
std::string array_of(const Items& items, DescribeOne describe_one) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ',';
    text += describe_one(item);
  }
  return text + ']';
}

std::string text_of(const at::Tensor& tensor) {
  if (!tensor.defined() || tensor.layout() != at::kStrided) return "null";
  const auto numbers = [](at::IntArrayRef sizes) {
    return array_of(sizes, [](int64_t size) { return std::to_string(size); });
  };
  return std::string("{\"dtype\":\"") + c10::toString(tensor.scalar_type()) +
         "\",\"width\":" + std::to_string(tensor.element_size()) + ",\"shape\":" + numbers(tensor.sizes()) +
         ",\"strides\":" + numbers(tensor.strides()) + '}';
}

std::string text_of(const IValue& value) {
  if (value.isTensor()) return text_of(value.toTensor());
  if (value.isBool()) return value.toBool() ? "true" : "false";
  if (value.isInt()) return std::to_string(value.toInt());
  if (value.isDouble() && std::isfinite(value.toDouble())) return std::to_string(value.toDouble());
  if (value.isList()) return describe(value.toListRef());
  return "null";
}

}  // namespace

std::string describe(c10::ArrayRef<const IValue> values) {
  return array_of(values, [](const IValue& value) { return text_of(value); });
}

}  // namespace tomo
