// The wearer's heads in flash: two slots, of which the newest that passes every check is in use. Whatever is
// cut off when, there is always the old head or the new one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bandsmith/app/active_head.h"
#include "bandsmith/app/head_file.h"
#include "bandsmith/hal/flash.h"
#include "bandsmith/hal/store.h"

namespace bandsmith {

/** Memory of two files, each mostHeadFileBytes() and a multiple of four, beginning at a whole word. */
struct HeadMemory {
  /** Of the head in use. */
  uint8_t* active;
  /** Of one that arrives, and of what is read back. */
  uint8_t* incoming;
  size_t bytes;
};

class HeadStore {
 public:
  static constexpr size_t kSlots = 2;

  HeadStore(const HeadSettings& settings, const HeadMemory& memory, Flash& flash, Store& store,
            ActiveHead& active)
      : settings_(settings), memory_(memory), flash_(flash), store_(store), active_(active) {}

  /** At every start, from anything that may lie in flash: chooses the head. */
  void begin();

  /** Why a slot that holds something is not used, after begin(): none for an empty one. */
  HeadProblem problemOf(size_t slot) const { return problems_[slot]; }

  /** Memory for a file that is to be installed. */
  uint8_t* incoming() const { return memory_.incoming; }
  size_t capacity() const { return memory_.bytes; }

  /** Checks the file that is in incoming(), writes it, and uses it; on failure all is as it was. */
  [[nodiscard]] HeadProblem install(size_t count, HeadOrigin origin);

  /** Back to the network's own head, now and after every start to come; false where flash refused. */
  [[nodiscard]] bool drop();

  /** The last sequence could not be written to the store: slots still know it. */
  bool forgot() const { return forgot_; }
  /** For a head that the band makes: one more than the highest ever. */
  uint32_t nextSequence() const { return highest_ + 1; }

 private:
  static constexpr size_t kNoSlot = kSlots;

  size_t slotAt(size_t slot) const { return slot * (flash_.bytes() / kSlots); }
  HeadProblem load(size_t slot, HeadFields& fields, bool& dropped);
  void use(size_t slot);
  bool write(size_t slot, size_t count);
  bool markDropped(size_t slot);
  void remember();

  HeadSettings settings_;
  HeadMemory memory_;
  Flash& flash_;
  Store& store_;
  ActiveHead& active_;
  size_t slot_ = kNoSlot;
  HeadProblem problems_[kSlots] = {};
  uint32_t highest_ = 0;
  bool sequenceKnown_ = false;
  bool forgot_ = false;
};

}  // namespace bandsmith
