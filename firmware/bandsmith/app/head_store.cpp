// Slots, and the order of writes that makes each step whole or nothing.
#include "bandsmith/app/head_store.h"

#include <string.h>

namespace bandsmith {

namespace {

// A slot: the words below, then the file. Erased flash is all ones, and writing only clears bits.
constexpr size_t kCommitAt = 0;
constexpr size_t kDroppedAt = 4;
constexpr size_t kFileAt = 16;
/** Written last: a slot without it holds nothing. */
constexpr uint32_t kCommitted = 0x5A3C96E1;
/** Any other value says that the head was taken back: already one cleared bit does. */
constexpr uint32_t kNotDropped = 0xFFFFFFFF;
constexpr uint32_t kDropped = 0;

constexpr char kSequenceKey[] = "head-sequence";

}  // namespace

void HeadStore::begin() {
  slot_ = kNoSlot;
  active_.useGeneral();
  const StoreResult read = store_.read(kSequenceKey, &highest_, sizeof highest_);
  sequenceKnown_ = read != StoreResult::failed;
  if (read != StoreResult::ok) highest_ = 0;
  const uint32_t remembered = highest_;
  uint32_t sequences[kSlots] = {};
  for (size_t slot = 0; slot < kSlots; ++slot) {
    HeadFields fields = {};
    bool dropped = false;
    problems_[slot] = load(slot, fields, dropped);
    if (problems_[slot] != HeadProblem::none || fields.classes == 0) continue;
    if (fields.sequence > highest_) highest_ = fields.sequence;
    if (!dropped) sequences[slot] = fields.sequence;
  }
  if (sequenceKnown_ && highest_ != remembered) remember();
  const size_t newest = sequences[1] > sequences[0] ? 1 : 0;
  if (sequences[newest] > 0) use(newest);
  if (slot_ == kNoSlot && sequences[1 - newest] > 0) use(1 - newest);
}

/** The memory holds the slot that was looked at last: it is read and checked anew. */
void HeadStore::use(size_t slot) {
  HeadFields fields = {};
  bool dropped = false;
  problems_[slot] = load(slot, fields, dropped);
  if (problems_[slot] != HeadProblem::none || fields.classes == 0) return;
  slot_ = slot;
  active_.use(fields);
}

/** Reads a slot into the memory of the head in use, and checks it; an empty one is no problem, and has no
 * classes. */
HeadProblem HeadStore::load(size_t slot, HeadFields& fields, bool& dropped) {
  if (settings_.features == 0 || flash_.bytes() == 0) return HeadProblem::none;
  uint32_t words[2] = {};
  if (!flash_.read(slotAt(slot) + kCommitAt, words, sizeof words)) return HeadProblem::flash;
  if (words[0] != kCommitted) return HeadProblem::none;
  dropped = words[kDroppedAt / 4] != kNotDropped;
  uint8_t* file = memory_.active;
  if (!flash_.read(slotAt(slot) + kFileAt, file, kHeadHeaderBytes)) return HeadProblem::flash;
  const size_t count = headBytes(file);
  if (count < kHeadHeaderBytes || count > memory_.bytes) return HeadProblem::size;
  if (!flash_.read(slotAt(slot) + kFileAt, file, count)) return HeadProblem::flash;
  return checkHeadFile(settings_, file, count, HeadOrigin::own, fields);
}

HeadProblem HeadStore::install(size_t count, HeadOrigin origin) {
  HeadFields fields = {};
  const HeadProblem problem = checkHeadFile(settings_, memory_.incoming, count, origin, fields);
  if (problem != HeadProblem::none) return problem;
  if (!sequenceKnown_) return HeadProblem::sequenceUnknown;
  if (fields.sequence <= highest_) return HeadProblem::old;
  const size_t slot = slot_ == 0 ? 1 : 0;
  if (kFileAt + count > flash_.bytes() / kSlots) return HeadProblem::flash;
  if (!write(slot, count)) {
    // What is refused must not be there at the next start, however far it came.
    (void)markDropped(slot);
    return HeadProblem::flash;
  }
  // From here on the new head is the one that the next start uses.
  slot_ = slot;
  problems_[slot] = HeadProblem::none;
  highest_ = fields.sequence;
  remember();
  memcpy(memory_.active, memory_.incoming, count);
  // The same bytes, at the place where they stay.
  if (checkHeadFile(settings_, memory_.active, count, HeadOrigin::own, fields) != HeadProblem::none) {
    active_.useGeneral();
    return HeadProblem::flash;
  }
  active_.use(fields);
  return HeadProblem::none;
}

/** Erased, written, read back, and only then committed. */
bool HeadStore::write(size_t slot, size_t count) {
  const size_t at = slotAt(slot);
  for (size_t done = 0; done < kFileAt + count; done += Flash::kSectorBytes) {
    if (!flash_.eraseSector(at + done)) return false;
  }
  if (!flash_.write(at + kFileAt, memory_.incoming, count)) return false;
  uint8_t part[64];
  for (size_t done = 0; done < count; done += sizeof part) {
    const size_t size = count - done < sizeof part ? count - done : sizeof part;
    if (!flash_.read(at + kFileAt + done, part, size)) return false;
    if (memcmp(part, memory_.incoming + done, size) != 0) return false;
  }
  if (!flash_.write(at + kCommitAt, &kCommitted, sizeof kCommitted)) return false;
  uint32_t words[2] = {};
  if (!flash_.read(at, words, sizeof words)) return false;
  return words[0] == kCommitted && words[kDroppedAt / 4] == kNotDropped;
}

bool HeadStore::drop() {
  if (settings_.features == 0 || flash_.bytes() == 0) return true;
  // The one in use last: without power in between, it is still there.
  const size_t last = slot_ == 0 ? 0 : 1;
  if (!markDropped(1 - last) || !markDropped(last)) return false;
  slot_ = kNoSlot;
  active_.useGeneral();
  return true;
}

bool HeadStore::markDropped(size_t slot) {
  return flash_.write(slotAt(slot) + kDroppedAt, &kDropped, sizeof kDropped);
}

void HeadStore::remember() {
  forgot_ = store_.write(kSequenceKey, &highest_, sizeof highest_) != StoreResult::ok;
}

}  // namespace bandsmith
