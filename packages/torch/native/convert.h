// JavaScript values to and from IValues, led by the operator's schema.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

#include "env.h"

namespace tomo {

/// Converts one argument; `undefined` takes the schema's default. Errors name the argument.
c10::IValue to_ivalue(napi_env env, Env& state, napi_value value, const c10::Argument& argument);

/// Tensors become handles, lists become arrays, None and undefined tensors become null.
napi_value to_js(napi_env env, Env& state, const c10::IValue& value);

}  // namespace tomo
