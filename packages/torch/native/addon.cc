// Registration: once per JavaScript thread.
#include <atomic>

#include "env.h"

namespace tomo {
namespace {

std::atomic<uint32_t> next_env_id{1};

/// setErrorClass(TorchError): the class that C++ errors become.
napi_value set_error_class(napi_env env, Env& state, size_t, napi_value* argv) {
  check(napi_create_reference(env, argv[0], 1, &state.error_class));
  return nullptr;
}

napi_value init(napi_env env, napi_value exports) {
  const uint32_t id = next_env_id++ % 1023 + 1;
  auto* state = new Env(id);
  check(napi_set_instance_data(
      env, state,
      [](napi_env, void* data, void*) {
        auto* dying = static_cast<Env*>(data);
        dying->table.clear();
        delete dying;
      },
      nullptr));
  export_function(env, exports, "setErrorClass", set_error_class);
  export_door(env, exports);
  export_data(env, exports);
  export_buffers(env, exports);
  export_autograd(env, exports);
  export_allocator(env, exports);
  export_operator_times(env, exports);
  return exports;
}

}  // namespace
}  // namespace tomo

// Node-API refuses calls in a thread that is being ended; an exception out of here would end the whole process.
NAPI_MODULE_INIT() {
  try {
    return tomo::init(env, exports);
  } catch (const tomo::NapiError&) {
    return nullptr;
  }
}
