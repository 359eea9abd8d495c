// Totals in the store.
#include "bandsmith/app/activity_counters.h"

#include <string.h>

namespace bandsmith {

namespace {
constexpr char kKey[] = "totals";
}

bool ActivityCounters::load() {
  const bool there = store_.read(kKey, values_, bytes()) == StoreResult::ok;
  if (there && values_[kModel] == settings_.modelId) return true;
  reset();
  changed_ = false;
  return false;
}

bool ActivityCounters::save() {
  if (!changed_) return true;
  if (store_.write(kKey, values_, bytes()) != StoreResult::ok) return false;
  changed_ = false;
  return true;
}

void ActivityCounters::reset() {
  memset(values_, 0, bytes());
  values_[kModel] = settings_.modelId;
  changed_ = true;
}

}  // namespace bandsmith
