// Time by operator: libtorch calls back at the start and at the end of every operator of a thread that asked for it, and of
// the threads in which the autograd engine works for that one.
#include <ATen/record_function.h>

#include <chrono>
#include <map>

#include "describe.h"
#include "env.h"

namespace tomo {
namespace {

using Clock = std::chrono::steady_clock;

struct Times {
  int64_t calls = 0;
  int64_t own = 0;    // nanoseconds without those of operators called inside
  int64_t whole = 0;  // with them
};
/// An operator and a description of its inputs, which is empty where none was asked for.
using Key = std::pair<std::string, std::string>;

std::mutex mutex;
std::map<Key, Times> times_by_key;

struct Frame final : at::ObserverContext {
  Frame* outer = nullptr;
  std::string inputs;
  Clock::time_point start;
  int64_t inside = 0;  // nanoseconds of operators called by this one
};
thread_local Frame* innermost = nullptr;
thread_local at::CallbackHandle callback = at::INVALID_CALLBACK_HANDLE;

std::unique_ptr<at::ObserverContext> enter(const at::RecordFunction& function) {
  auto frame = std::make_unique<Frame>();
  if (function.needsInputs()) frame->inputs = describe(function.inputs());
  frame->outer = innermost;
  innermost = frame.get();
  frame->start = Clock::now();
  return frame;
}

void leave(const at::RecordFunction& function, at::ObserverContext* context) {
  auto* frame = static_cast<Frame*>(context);
  const int64_t elapsed =
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - frame->start).count();
  innermost = frame->outer;
  if (innermost != nullptr) innermost->inside += elapsed;
  const std::lock_guard<std::mutex> lock(mutex);
  Times& times = times_by_key[{function.name(), std::move(frame->inputs)}];
  times.calls++;
  times.own += elapsed - frame->inside;
  times.whole += elapsed;
}

/// recordOperators(on, inputs): for this thread; `inputs`: apart by the inputs of the calls.
napi_value record_operators(napi_env env, Env&, size_t, napi_value* argv) {
  bool on = false, inputs = false;
  check(napi_get_value_bool(env, argv[0], &on));
  check(napi_get_value_bool(env, argv[1], &inputs));
  if (callback != at::INVALID_CALLBACK_HANDLE) at::removeCallback(callback);
  callback = at::INVALID_CALLBACK_HANDLE;
  if (on)
    callback = at::addThreadLocalCallback(
        at::RecordFunctionCallback(enter, leave)
            .needsInputs(inputs)
            .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
  return nullptr;
}

/// takeOperatorTimes(): [name, inputs, calls, own nanoseconds, whole nanoseconds, name, …] since the last call.
napi_value take_operator_times(napi_env env, Env&, size_t, napi_value*) {
  std::map<Key, Times> taken;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    taken.swap(times_by_key);
  }
  napi_value result = nullptr;
  check(napi_create_array_with_length(env, 5 * taken.size(), &result));
  uint32_t at = 0;
  for (const auto& [key, times] : taken) {
    check(napi_set_element(env, result, at++, js_string(env, key.first)));
    check(napi_set_element(env, result, at++, js_string(env, key.second)));
    for (const int64_t number : {times.calls, times.own, times.whole})
      check(napi_set_element(env, result, at++, js_number(env, static_cast<double>(number))));
  }
  return result;
}

}  // namespace

void export_operator_times(napi_env env, napi_value exports) {
  export_function(env, exports, "recordOperators", record_operators);
  export_function(env, exports, "takeOperatorTimes", take_operator_times);
}

}  // namespace tomo
