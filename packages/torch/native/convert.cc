#include "convert.h"

#include <ATen/core/List.h>

#include <cmath>

namespace tomo {
namespace {

using c10::IValue;
using c10::TypeKind;
using c10::TypePtr;

[[noreturn]] void wrong(const std::string& expected) {
  throw DoorError("TORCH_BAD_ARGUMENT", "expected " + expected);
}

napi_valuetype type_of(napi_env env, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type));
  return type;
}

int64_t to_int(napi_env env, napi_value value) {
  if (type_of(env, value) == napi_bigint) {
    int64_t result;
    bool lossless;
    check(napi_get_value_bigint_int64(env, value, &result, &lossless));
    if (!lossless) wrong("an integer of 64 bits");
    return result;
  }
  if (type_of(env, value) != napi_number) wrong("an integer");
  const double number = number_of(env, value);
  if (number != std::floor(number)) wrong("an integer, not " + std::to_string(number));
  return static_cast<int64_t>(number);
}

double to_double(napi_env env, napi_value value) {
  if (type_of(env, value) != napi_number) wrong("a number");
  return number_of(env, value);
}

bool to_bool(napi_env env, napi_value value) {
  if (type_of(env, value) != napi_boolean) wrong("a boolean");
  bool result;
  check(napi_get_value_bool(env, value, &result));
  return result;
}

/// A whole number becomes an integer scalar: the tensor's dtype decides the category of the result anyway.
IValue to_scalar(napi_env env, napi_value value) {
  switch (type_of(env, value)) {
    case napi_boolean:
      return to_bool(env, value);
    case napi_bigint:
      return to_int(env, value);
    case napi_number: {
      const double number = number_of(env, value);
      const bool whole = number == std::floor(number) && std::abs(number) <= 9007199254740991.0;
      return whole ? IValue(static_cast<int64_t>(number)) : IValue(number);
    }
    default:
      wrong("a number");
  }
}

const at::Tensor& to_tensor(napi_env env, Env& state, napi_value value) {
  if (type_of(env, value) != napi_number) wrong("a tensor");
  return state.table.get(number_of(env, value));
}

template <typename Each>
void each_element(napi_env env, napi_value array, Each each) {
  bool is_array = false;
  check(napi_is_array(env, array, &is_array));
  if (!is_array) wrong("a list");
  uint32_t length;
  check(napi_get_array_length(env, array, &length));
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, array, i, &element));
    each(element);
  }
}

/// A bare number where the schema says int[3] stands for three equal entries.
IValue to_int_list(napi_env env, napi_value value, std::optional<int32_t> length) {
  c10::List<int64_t> list;
  if (type_of(env, value) == napi_number && length) {
    for (int32_t i = 0; i < *length; ++i) list.push_back(to_int(env, value));
    return list;
  }
  each_element(env, value, [&](napi_value element) { list.push_back(to_int(env, element)); });
  return list;
}

IValue convert(napi_env env, Env& state, napi_value value, const TypePtr& type, std::optional<int32_t> length);

IValue to_list(napi_env env, Env& state, napi_value value, const TypePtr& element_type, std::optional<int32_t> length) {
  switch (element_type->kind()) {
    case TypeKind::IntType:
      return to_int_list(env, value, length);
    case TypeKind::TensorType: {
      c10::List<at::Tensor> list;
      each_element(env, value, [&](napi_value element) { list.push_back(to_tensor(env, state, element)); });
      return list;
    }
    case TypeKind::FloatType: {
      c10::List<double> list;
      each_element(env, value, [&](napi_value element) { list.push_back(to_double(env, element)); });
      return list;
    }
    case TypeKind::BoolType: {
      c10::List<bool> list;
      each_element(env, value, [&](napi_value element) { list.push_back(to_bool(env, element)); });
      return list;
    }
    case TypeKind::OptionalType: {
      c10::List<std::optional<at::Tensor>> list;
      each_element(env, value, [&](napi_value element) {
        list.push_back(is_nullish(env, element) ? std::optional<at::Tensor>() : to_tensor(env, state, element));
      });
      return list;
    }
    default: {
      c10::impl::GenericList list(element_type);
      each_element(env, value, [&](napi_value element) {
        list.push_back(convert(env, state, element, element_type, std::nullopt));
      });
      return list;
    }
  }
}

IValue convert(napi_env env, Env& state, napi_value value, const TypePtr& type, std::optional<int32_t> length) {
  switch (type->kind()) {
    case TypeKind::TensorType:
      return to_tensor(env, state, value);
    case TypeKind::OptionalType:
      if (is_nullish(env, value)) return IValue();
      return convert(env, state, value, type->expectRef<c10::OptionalType>().getElementType(), length);
    case TypeKind::ListType:
      return to_list(env, state, value, type->expectRef<c10::ListType>().getElementType(), length);
    case TypeKind::NumberType:
      return to_scalar(env, value);
    case TypeKind::IntType:
      return to_int(env, value);
    case TypeKind::FloatType:
      return to_double(env, value);
    case TypeKind::BoolType:
      return to_bool(env, value);
    case TypeKind::StringType:
      return string_of(env, value);
    case TypeKind::DeviceObjType:
      return c10::Device(string_of(env, value));
    default:
      wrong("nothing: arguments of type " + type->str() + " cannot be given from JavaScript");
  }
}

template <typename List, typename Make>
napi_value to_array(napi_env env, const List& list, Make make) {
  napi_value array;
  check(napi_create_array_with_length(env, list.size(), &array));
  for (size_t i = 0; i < list.size(); ++i) check(napi_set_element(env, array, i, make(list[i])));
  return array;
}

}  // namespace

IValue to_ivalue(napi_env env, Env& state, napi_value value, const c10::Argument& argument) {
  try {
    if (type_of(env, value) == napi_undefined) {
      if (argument.default_value()) return *argument.default_value();
      if (argument.type()->kind() == TypeKind::OptionalType) return IValue();
      wrong(argument.type()->str() + ", which has no default");
    }
    return convert(env, state, value, argument.type(), argument.N());
  } catch (const DoorError& error) {
    throw DoorError(error.code, "argument '" + argument.name() + "': " + error.what());
  } catch (const NapiError&) {
    throw DoorError("TORCH_BAD_ARGUMENT", "argument '" + argument.name() + "': expected " + argument.type()->str());
  }
}

napi_value to_js(napi_env env, Env& state, const IValue& value) {
  const auto tensor_to_js = [&](const at::Tensor& tensor) {
    if (tensor.defined()) return js_number(env, state.table.add(tensor));
    napi_value null;
    check(napi_get_null(env, &null));
    return null;
  };
  if (value.isTensor()) return tensor_to_js(value.toTensor());
  if (value.isTensorList()) return to_array(env, value.toTensorVector(), tensor_to_js);
  if (value.isIntList()) return to_array(env, value.toIntVector(), [&](int64_t i) { return js_number(env, double(i)); });
  if (value.isInt()) return js_number(env, static_cast<double>(value.toInt()));
  if (value.isDouble()) return js_number(env, value.toDouble());
  if (value.isBool()) return js_bool(env, value.toBool());
  if (value.isString()) return js_string(env, value.toStringRef());
  if (value.isNone()) return tensor_to_js(at::Tensor());
  throw DoorError("TORCH_NOT_IMPLEMENTED", "results of type " + value.tagKind() + " cannot be given to JavaScript");
}

}  // namespace tomo
