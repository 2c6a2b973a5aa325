// The one call that reaches every ATen operator: schema -> arguments -> callBoxed -> results.
#include <ATen/core/dispatch/Dispatcher.h>

#include <mutex>

#include "convert.h"

namespace tomo {

struct Op {
  c10::OperatorHandle handle;
  std::string name;
};

namespace {

std::mutex ops_mutex;
std::unordered_map<std::string, Op*> ops_by_name;  // never freed: operators live as long as the process

Op* resolve(const std::string& name, const std::string& overload) {
  const std::lock_guard<std::mutex> lock(ops_mutex);
  const std::string key = overload.empty() ? name : name + "." + overload;
  if (auto found = ops_by_name.find(key); found != ops_by_name.end()) return found->second;
  auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!handle) throw DoorError("TORCH_UNKNOWN_OP", "libtorch has no operator " + key);
  return ops_by_name[key] = new Op{*handle, key};
}

napi_value strings(napi_env env, const std::vector<std::string>& items) {
  napi_value array;
  check(napi_create_array_with_length(env, items.size(), &array));
  for (size_t i = 0; i < items.size(); ++i) check(napi_set_element(env, array, i, js_string(env, items[i])));
  return array;
}

/// op(name, overload) -> { index, args: [name...], defaults: count of leading arguments without default, returns: [type...] }
napi_value op(napi_env env, Env& state, size_t argc, napi_value* argv) {
  Op* found = resolve(string_of(env, argv[0]), argc > 1 ? string_of(env, argv[1]) : "");
  state.ops.push_back(found);
  const auto& schema = found->handle.schema();
  std::vector<std::string> names, defaults, returns;
  for (const auto& argument : schema.arguments()) {
    names.push_back(argument.name());
    if (argument.default_value()) defaults.push_back(argument.name());
  }
  for (const auto& result : schema.returns()) returns.push_back(result.type()->str());
  napi_value object;
  check(napi_create_object(env, &object));
  check(napi_set_named_property(env, object, "index", js_number(env, double(state.ops.size() - 1))));
  check(napi_set_named_property(env, object, "args", strings(env, names)));
  check(napi_set_named_property(env, object, "optional", strings(env, defaults)));
  check(napi_set_named_property(env, object, "returns", strings(env, returns)));
  return object;
}

torch::jit::Stack run(napi_env env, Env& state, size_t argc, napi_value* argv) {
  const auto index = static_cast<size_t>(number_of(env, argv[0]));
  if (index >= state.ops.size()) throw DoorError("TORCH_UNKNOWN_OP", "operator index out of range");
  const Op& op = *state.ops[index];
  try {
    const auto& arguments = op.handle.schema().arguments();
    napi_value undefined;
    check(napi_get_undefined(env, &undefined));
    torch::jit::Stack stack;
    stack.reserve(arguments.size());
    for (size_t i = 0; i < arguments.size(); ++i)
      stack.push_back(to_ivalue(env, state, i + 1 < argc ? argv[i + 1] : undefined, arguments[i]));
    op.handle.callBoxed(&stack);
    return stack;
  } catch (...) {
    throw_to_js(env, op.name.c_str());
    throw NapiError{};
  }
}

/// call(index, ...args) -> result, or an array when the operator returns several.
napi_value call(napi_env env, Env& state, size_t argc, napi_value* argv) {
  const auto stack = run(env, state, argc, argv);
  if (stack.size() == 1) return to_js(env, state, stack[0]);
  napi_value results;
  check(napi_create_array_with_length(env, stack.size(), &results));
  for (size_t i = 0; i < stack.size(); ++i) check(napi_set_element(env, results, i, to_js(env, state, stack[i])));
  return results;
}

/// The same without results: for operators that write into their arguments.
napi_value call_void(napi_env env, Env& state, size_t argc, napi_value* argv) {
  run(env, state, argc, argv);
  return nullptr;
}

/// schemas(prefix) -> text of every operator schema whose name starts with the prefix; for the generator.
napi_value schemas(napi_env env, Env&, size_t, napi_value* argv) {
  const std::string prefix = string_of(env, argv[0]);
  std::vector<std::string> texts;
  for (const auto& name : c10::Dispatcher::singleton().getAllOpNames()) {
    if (name.name.rfind(prefix, 0) != 0) continue;
    if (const auto handle = c10::Dispatcher::singleton().findSchema(name)) texts.push_back(toString(handle->schema()));
  }
  return strings(env, texts);
}

}  // namespace

void export_door(napi_env env, napi_value exports) {
  export_function(env, exports, "op", op);
  export_function(env, exports, "call", call);
  export_function(env, exports, "callVoid", call_void);
  export_function(env, exports, "schemas", schemas);
}

}  // namespace tomo
