// CPU allocator that reuses large blocks and asks for huge pages: glibc maps and faults every large tensor afresh,
// which costs a 3-D training step about half of its time. It also counts bytes exactly.
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>

#include "env.h"

namespace tomo {
namespace {

constexpr size_t kHeader = 256;             // in front of the data, which so keeps an alignment of 256 bytes
constexpr size_t kLarge = size_t{1} << 20;  // from here on blocks come from the arena
constexpr size_t kUnit = kLarge / 4;        // their sizes are multiples of this
constexpr size_t kSmallestArena = size_t{1} << 30;
constexpr size_t kLargestArena = size_t{1} << 42;

struct Header {
  size_t requested;
  size_t capacity;  // whole block with header; 0 = from malloc
};

size_t round_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

/// One range of addresses from which blocks are cut: the best fitting free one, or new ones at its end. Neighbouring
/// free blocks become one, so that memory of any size is reused for any other. Addresses are reserved once; the system
/// gives memory to those that were written to. Not thread-safe.
class Arena {
 public:
  Arena() {
    for (size_t size = kLargestArena; size >= kSmallestArena && base_ == nullptr; size /= 2) {
      void* found = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (found == MAP_FAILED) continue;
      base_ = top_ = static_cast<char*>(found);
      end_ = base_ + size;
#ifdef MADV_HUGEPAGE
      madvise(base_, size, MADV_HUGEPAGE);
#endif
    }
  }

  /// Null when no addresses are left, or when the machine has not that much memory: addresses alone cost nothing, so
  /// the system would not refuse, but end the process later.
  void* take(size_t size) {
    if (size > memory_ || used_ > memory_ - size) return nullptr;
    const auto fit = by_size_.lower_bound({size, nullptr});
    if (fit != by_size_.end()) return cut(free_.find(fit->second), size);
    // the free block at the end, if there is one, is part of the new block
    const auto last = free_.empty() ? free_.end() : std::prev(free_.end());
    const bool grows = last != free_.end() && last->first + last->second.size == top_;
    char* block = grows ? last->first : top_;
    if (size > size_t(end_ - block)) return nullptr;
    if (grows) forget(last);
    top_ = block + size;
    used_ += size;
    return block;
  }

  void put(void* data, size_t size) {
    char* block = static_cast<char*>(data);
    used_ -= size;
    auto next = free_.lower_bound(block);
    if (next != free_.end() && next->first == block + size) {
      size += next->second.size;
      next = forget(next);
    }
    if (next != free_.begin()) {
      const auto before = std::prev(next);
      if (before->first + before->second.size == block) {
        block = before->first;
        size += before->second.size;
        forget(before);
      }
    }
    add(block, size, false);  // even where a neighbour was without memory
  }

  /// Gives memory of free blocks back to the system, largest first, until at most `keep` bytes stay.
  void shrink(size_t keep) {
    for (auto item = by_size_.rbegin(); item != by_size_.rend() && cached() > keep; ++item) {
      Free& block = free_.at(item->second);
      if (block.empty) continue;
      madvise(item->second, item->first, MADV_DONTNEED);
      block.empty = true;
      empty_ += item->first;
    }
  }

  size_t cached() const { return size_t(top_ - base_) - used_ - empty_; }

 private:
  struct Free {
    size_t size;
    bool empty;  // without memory
  };
  using Blocks = std::map<char*, Free>;

  void add(char* block, size_t size, bool empty) {
    free_.emplace(block, Free{size, empty});
    by_size_.emplace(size, block);
    if (empty) empty_ += size;
  }
  Blocks::iterator forget(Blocks::iterator found) {
    if (found->second.empty) empty_ -= found->second.size;
    by_size_.erase({found->second.size, found->first});
    return free_.erase(found);
  }
  void* cut(Blocks::iterator found, size_t size) {
    char* block = found->first;
    const Free whole = found->second;
    forget(found);
    if (whole.size > size) add(block + size, whole.size - size, whole.empty);
    used_ += size;
    return block;
  }

  const size_t memory_ = size_t(sysconf(_SC_PHYS_PAGES)) * size_t(sysconf(_SC_PAGESIZE));
  char *base_ = nullptr, *top_ = nullptr, *end_ = nullptr;
  Blocks free_;
  std::set<std::pair<size_t, char*>> by_size_;
  size_t used_ = 0, empty_ = 0;
};

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
    arena_.shrink(0);
  }

  size_t live() const { return live_; }
  size_t peak() const { return peak_; }
  size_t cached() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return arena_.cached();
  }
  void reset_peak() { peak_ = live_.load(); }
  void set_cache_limit(size_t bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    cache_limit_ = bytes;
    arena_.shrink(bytes);
  }

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
    if (size + kHeader >= kLarge) {
      capacity = round_up(size + kHeader, kUnit);
      const std::lock_guard<std::mutex> lock(mutex_);
      block = arena_.take(capacity);
    } else if (posix_memalign(&block, kHeader, size + kHeader) != 0) {
      block = nullptr;
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

  void put(void* data) {
    Header* header = header_of(data);
    live_ -= header->requested;
    const size_t capacity = header->capacity;
    if (capacity == 0) {
      std::free(header);
      return;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    arena_.put(header, capacity);
    if (arena_.cached() > cache_limit_) arena_.shrink(cache_limit_);
  }

  std::mutex mutex_;
  Arena arena_;
  std::atomic<size_t> live_{0};
  std::atomic<size_t> peak_{0};
  size_t cache_limit_ = SIZE_MAX;
};

napi_value memory(napi_env env, Env&, size_t, napi_value*) {
  auto& allocator = CachingAllocator::instance();
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
