// Totals in the store.
#include "bandsmith/app/activity_counters.h"

#include <string.h>

namespace bandsmith {

namespace {
constexpr char kKey[] = "totals";
}

StoreResult ActivityCounters::load() {
  reset();
  const StoreResult read = addStored();
  unread_ = read == StoreResult::failed;
  changed_ = false;
  return read;
}

/** Adds the totals of the store to those that are counted. */
StoreResult ActivityCounters::addStored() {
  const StoreResult read = store_.read(kKey, stored_, bytes());
  if (read != StoreResult::ok) return read;
  if (stored_[kModel] != settings_.modelId) return StoreResult::missing;
  for (size_t i = kModel + 1; i < kHeader + settings_.labelCount; ++i) values_[i] += stored_[i];
  return StoreResult::ok;
}

bool ActivityCounters::save() {
  // Totals that could not be read must not be written over.
  if (unread_) {
    if (addStored() == StoreResult::failed) return false;
    unread_ = false;
    changed_ = true;
  }
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
