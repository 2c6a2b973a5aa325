// Time by operator: libtorch calls back at the start and at the end of every operator of a thread that asked for it, and of
// the threads in which the autograd engine works for that one.
#include <ATen/record_function.h>

#include <chrono>

#include "env.h"

namespace tomo {
namespace {

using Clock = std::chrono::steady_clock;

struct Times {
  int64_t calls = 0;
  int64_t nanoseconds = 0;  // own time, without that of operators called inside
};

std::mutex mutex;
std::unordered_map<std::string, Times> times_by_name;

struct Frame final : at::ObserverContext {
  Frame* outer = nullptr;
  Clock::time_point start;
  int64_t inside = 0;  // nanoseconds of operators called by this one
};
thread_local Frame* innermost = nullptr;
thread_local at::CallbackHandle callback = at::INVALID_CALLBACK_HANDLE;

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction&) {
  auto frame = std::make_unique<Frame>();
  frame->outer = innermost;
  innermost = frame.get();
  frame->start = Clock::now();
  return frame;
}

void leave(const at::RecordFunction& function, at::ObserverContext* context) {
  const auto* frame = static_cast<Frame*>(context);
  const int64_t elapsed =
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - frame->start).count();
  innermost = frame->outer;
  if (innermost != nullptr) innermost->inside += elapsed;
  const std::lock_guard<std::mutex> lock(mutex);
  Times& times = times_by_name[function.name()];
  times.calls++;
  times.nanoseconds += elapsed - frame->inside;
}

/// recordOperators(on): for this thread.
napi_value record_operators(napi_env env, Env&, size_t, napi_value* argv) {
  bool on = false;
  check(napi_get_value_bool(env, argv[0], &on));
  if (callback != at::INVALID_CALLBACK_HANDLE) at::removeCallback(callback);
  callback = at::INVALID_CALLBACK_HANDLE;
  if (on)
    callback = at::addThreadLocalCallback(
        at::RecordFunctionCallback(enter, leave).scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
  return nullptr;
}

/// takeOperatorTimes(): [name, calls, nanoseconds, name, …] since the last call.
napi_value take_operator_times(napi_env env, Env&, size_t, napi_value*) {
  std::unordered_map<std::string, Times> taken;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    taken.swap(times_by_name);
  }
  napi_value result = nullptr;
  check(napi_create_array_with_length(env, 3 * taken.size(), &result));
  uint32_t at = 0;
  for (const auto& [name, times] : taken) {
    check(napi_set_element(env, result, at++, js_string(env, name)));
    check(napi_set_element(env, result, at++, js_number(env, static_cast<double>(times.calls))));
    check(napi_set_element(env, result, at++, js_number(env, static_cast<double>(times.nanoseconds))));
  }
  return result;
}

}  // namespace

void export_operator_times(napi_env env, napi_value exports) {
  export_function(env, exports, "recordOperators", record_operators);
  export_function(env, exports, "takeOperatorTimes", take_operator_times);
}

}  // namespace tomo
