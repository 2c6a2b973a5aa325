// CPU allocator that reuses large blocks and asks for huge pages: glibc maps and faults every large tensor afresh,
// which costs a 3-D training step about half of its time. It also counts bytes exactly.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>

#include "env.h"

namespace tomo {
namespace {

constexpr size_t kHeader = 256;             // in front of the data, which so keeps an alignment of 256 bytes
constexpr size_t kLarge = size_t{1} << 20;  // from here on blocks are mapped, cached and reused
constexpr size_t kHugePage = size_t{2} << 20;
constexpr double kMaxWaste = 1.25;          // a cached block may be this much larger than asked

struct Header {
  size_t requested;
  size_t capacity;  // whole block with header; 0 = from malloc
};

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

class CachingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t size) override {
    void* data = size == 0 ? nullptr : take(size);
    return {data, data, &CachingAllocator::give_back, at::Device(at::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &CachingAllocator::give_back; }
  void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }

  void empty_cache() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto& [capacity, block] : cached_) munmap(block, capacity);
    cached_.clear();
    cached_bytes_ = 0;
  }

  size_t live() const { return live_; }
  size_t peak() const { return peak_; }
  size_t cached() const { return cached_bytes_; }
  void reset_peak() { peak_ = live_.load(); }
  void set_cache_limit(size_t bytes) { cache_limit_ = bytes; }

  static CachingAllocator& instance() {
    static CachingAllocator* allocator = new CachingAllocator;  // outlives every tensor
    return *allocator;
  }

 private:
  static void give_back(void* data) {
    if (data != nullptr) instance().put(data);
  }

  static Header* header_of(void* data) { return reinterpret_cast<Header*>(static_cast<char*>(data) - kHeader); }

  void* take(size_t size) {
    void* block = nullptr;
    size_t capacity = 0;
    if (size + kHeader < kLarge) {
      if (posix_memalign(&block, kHeader, size + kHeader) != 0) block = nullptr;
    } else {
      capacity = round_up(size + kHeader, size >= 4 * kHugePage ? kHugePage : kLarge / 4);
      block = take_cached(capacity);
      if (block == nullptr) block = map(capacity);
    }
    if (block == nullptr)
      throw DoorError("TORCH_OUT_OF_MEMORY", "not enough memory for a tensor of " + std::to_string(size >> 20) + " MiB");
    auto* header = static_cast<Header*>(block);
    header->requested = size;
    header->capacity = capacity;
    const size_t now = live_ += size;
    size_t peak = peak_;
    while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
    }
    return static_cast<char*>(block) + kHeader;
  }

  /// Smallest cached block that fits without too much waste; `capacity` becomes that block's.
  void* take_cached(size_t& capacity) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = cached_.lower_bound(capacity);
    if (found == cached_.end() || double(found->first) > double(capacity) * kMaxWaste) return nullptr;
    void* block = found->second;
    capacity = found->first;
    cached_bytes_ -= capacity;
    cached_.erase(found);
    return block;
  }

  void* map(size_t capacity) {
    for (const bool retry : {false, true}) {
      if (retry) empty_cache();
      void* block = mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (block == MAP_FAILED) continue;
#ifdef MADV_HUGEPAGE
      if (capacity >= kHugePage) madvise(block, capacity, MADV_HUGEPAGE);
#endif
      return block;
    }
    return nullptr;
  }

  void put(void* data) {
    Header* header = header_of(data);
    live_ -= header->requested;
    const size_t capacity = header->capacity;
    if (capacity == 0) {
      std::free(header);
      return;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    cached_.emplace(capacity, header);
    cached_bytes_ += capacity;
    while (cached_bytes_ > cache_limit_) {  // the largest goes first: few calls, much memory
      const auto last = std::prev(cached_.end());
      munmap(last->second, last->first);
      cached_bytes_ -= last->first;
      cached_.erase(last);
    }
  }

  std::mutex mutex_;
  std::multimap<size_t, void*> cached_;
  std::atomic<size_t> cached_bytes_{0};
  std::atomic<size_t> live_{0};
  std::atomic<size_t> peak_{0};
  std::atomic<size_t> cache_limit_{SIZE_MAX};
};

napi_value memory(napi_env env, Env&, size_t, napi_value*) {
  const auto& allocator = CachingAllocator::instance();
  napi_value object;
  check(napi_create_object(env, &object));
  check(napi_set_named_property(env, object, "live", js_number(env, double(allocator.live()))));
  check(napi_set_named_property(env, object, "peak", js_number(env, double(allocator.peak()))));
  check(napi_set_named_property(env, object, "cached", js_number(env, double(allocator.cached()))));
  return object;
}

napi_value reset_peak(napi_env, Env&, size_t, napi_value*) {
  CachingAllocator::instance().reset_peak();
  return nullptr;
}

napi_value empty_cache(napi_env, Env&, size_t, napi_value*) {
  CachingAllocator::instance().empty_cache();
  return nullptr;
}

napi_value set_cache_limit(napi_env env, Env&, size_t, napi_value* argv) {
  CachingAllocator::instance().set_cache_limit(static_cast<size_t>(number_of(env, argv[0])));
  return nullptr;
}

}  // namespace

void export_allocator(napi_env env, napi_value exports) {
  static std::once_flag installed;
  std::call_once(installed, [] {
    if (std::getenv("TOMO_SYSTEM_ALLOCATOR") == nullptr) c10::SetCPUAllocator(&CachingAllocator::instance(), /*priority=*/100);
  });
  export_function(env, exports, "memory", memory);
  export_function(env, exports, "resetPeak", reset_peak);
  export_function(env, exports, "emptyCache", empty_cache);
  export_function(env, exports, "setCacheLimit", set_cache_limit);
}

}  // namespace tomo
